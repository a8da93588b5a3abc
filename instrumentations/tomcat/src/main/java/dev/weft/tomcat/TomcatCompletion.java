package dev.weft.tomcat;

import dev.weft.engine.adapt.Before;
import dev.weft.engine.adapt.Inbound.Served;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Weave;
import dev.weft.engine.call.Outcome;
import org.apache.catalina.connector.Request;
import org.jspecify.annotations.Nullable;

/**
 * The end of a request. Coyote recycles a request once its answer has been written and flushed, or has
 * failed for good, on every path: synchronous, asynchronous, timed out, connection lost.
 */
@Weave(type = "org.apache.catalina.connector.Request", method = "recycle", args = 0)
public final class TomcatCompletion implements Before {
    public TomcatCompletion(Mesh mesh) {}

    @Override
    public void before(@Nullable Object self, @Nullable Object[] args) {
        if (!(self instanceof Request request) || !(request.getNote(TomcatRequest.NOTE) instanceof Served served)) {
            return;
        }
        request.removeNote(TomcatRequest.NOTE);
        int status = request.getResponse().getStatus();
        served.end(status, Outcome.ofHttp(status), error(request));
    }

    private static @Nullable Throwable error(Request request) {
        Object thrown = request.getAttribute("jakarta.servlet.error.exception");
        if (thrown == null) {
            thrown = request.getAttribute("javax.servlet.error.exception");
        }
        return thrown instanceof Throwable error ? error : null;
    }
}
