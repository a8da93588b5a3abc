package dev.weft.adapters.okhttp;

import dev.weft.engine.adapt.Before;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Weave;
import dev.weft.engine.trace.TraceContext;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.HttpUrl;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/** Where a call leaves the thread that makes it: it works for that thread's trace, which {@link RunHook} takes up. */
@Weave(type = "okhttp3.RealCall", method = "enqueue", args = 1)
@Weave(type = "okhttp3.internal.connection.RealCall", method = "enqueue", args = 1)
public final class EnqueueHook implements Before {
    private final Mesh mesh;

    public EnqueueHook(Mesh mesh) {
        this.mesh = mesh;
    }

    @Override
    public void before(@Nullable Object self, @Nullable Object[] args) {
        TraceContext trace = mesh.ambient().current();
        if (trace == null || !(self instanceof Call call) || !(args[0] instanceof Callback callback)) {
            return;
        }
        Request request = call.request();
        HttpUrl url = request.url();
        // A WebSocket is none of our calls, and lives in its callback: for hours it would be of the trace that opened
        // it.
        if (mesh.routes(url.host(), url.port()) && !ConnectHook.isWebSocket(request)) {
            args[0] = new Enqueued(callback, trace);
        }
    }
}
