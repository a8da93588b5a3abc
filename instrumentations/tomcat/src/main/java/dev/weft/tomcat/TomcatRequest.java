package dev.weft.tomcat;

import dev.weft.engine.adapt.Around;
import dev.weft.engine.adapt.Arrival;
import dev.weft.engine.adapt.Inbound;
import dev.weft.engine.adapt.Inbound.Served;
import dev.weft.engine.adapt.Latecomer;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Original;
import dev.weft.engine.adapt.Peers;
import dev.weft.engine.adapt.Weave;
import dev.weft.engine.adapt.Workload;
import java.util.Arrays;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.jspecify.annotations.Nullable;

/**
 * A thread's work for a request: the last valve before the application, which sees a request once, and
 * once more for each asynchronous dispatch. What was begun here ends in {@link TomcatCompletion}.
 *
 * <p>Only Catalina's own types are used, so that {@code javax} and {@code jakarta} make no difference.
 */
@Weave(type = "org.apache.catalina.core.StandardHostValve", method = "invoke", args = 2)
public final class TomcatRequest implements Around, Latecomer {
    /** Where the request carries what was begun: Catalina's own notes, which no application sees. */
    static final String NOTE = "dev.weft.served";

    private final Inbound inbound;
    private final Workload workload;
    /** Ports that requests have told of. */
    private volatile int[] told = {};

    public TomcatRequest(Mesh mesh) {
        this.inbound = mesh.inbound();
        this.workload = mesh.workload();
    }

    @Override
    public boolean wants(Object self, @Nullable Object[] args) {
        return true;
    }

    @Override
    public @Nullable Object around(Object self, @Nullable Object[] args, Original original) throws Throwable {
        if (!(args[0] instanceof Request request) || !(args[1] instanceof Response response)) {
            return original.call(self, args);
        }
        if (workload.late()) {
            tellPort(request);
        }
        sendAway(request, response);
        // What another agent has begun, which was here before us, is none of ours.
        Served served = request.getNote(NOTE) instanceof Served begun ? begun : null;
        if (served == null) {
            String scheme = request.isSecure() ? "https" : "http";
            served = inbound.begin(
                    request.getMethod(), request.getRequestURI(), request::getHeader, scheme, Peers.UNKNOWN);
            request.setNote(NOTE, served);
        } else {
            served.attach();
        }
        try {
            return original.call(self, args);
        } finally {
            served.detach();
            // Once more: draining may have begun meanwhile, or an error page may have reset the headers.
            sendAway(request, response);
        }
    }

    @Override
    public void catchUp(Class<?> woven, Arrival arrival) {
        arrival.threads(
                "Tomcat",
                "request being served, neither counted nor traced",
                "requests being served, neither counted nor traced",
                "org.apache.catalina.core.StandardHostValve#invoke");
        if (arrival.loaded("org.apache.catalina.core.AsyncContextImpl")) {
            arrival.unseen("Tomcat", "requests that waited without a thread");
        }
    }

    /** Where the start of a server was missed, its first request is the surest word of it. */
    private void tellPort(Request request) {
        if (!(request.getConnector().getProtocolHandler() instanceof AbstractHttp11Protocol<?> http)) {
            return;
        }
        int port = http.getLocalPort();
        int[] known = told;
        for (int one : known) {
            if (one == port) {
                return;
            }
        }
        int[] more = Arrays.copyOf(known, known.length + 1);
        more[known.length] = port;
        told = more;
        if (port > 0) {
            workload.listening(port, http.isSSLEnabled() ? "https" : "http");
        }
    }

    /** While draining, the caller's next request has to open a connection, and that goes elsewhere. */
    private void sendAway(Request request, Response response) {
        String protocol = request.getProtocol();
        boolean perConnection = protocol != null && protocol.startsWith("HTTP/1.");
        if (perConnection && workload.draining() && !response.isCommitted()) {
            response.setHeader("Connection", "close");
        }
    }
}
