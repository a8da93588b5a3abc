package dev.weft.adapters.okhttp;

import dev.weft.engine.adapt.Around;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Original;
import dev.weft.engine.adapt.Weave;
import dev.weft.engine.trace.TraceContext;
import java.lang.invoke.MethodHandle;
import okhttp3.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Where a thread of the library's dispatcher runs a call, with all its hops, the application's interceptors and its
 * callback: for the trace of the thread that enqueued it, as other tracers have it.
 */
@Weave(type = "okhttp3.RealCall$AsyncCall", method = "execute", args = 0, optional = true) // up to 3.14
@Weave(type = "okhttp3.RealCall$AsyncCall", method = "run", args = 0, optional = true)
@Weave(type = "okhttp3.internal.connection.RealCall$AsyncCall", method = "run", args = 0)
public final class RunHook implements Around {
    private static final MethodHandle CALLBACK = Members.getter(
            Members.type(
                    Members.present("okhttp3.internal.connection.RealCall")
                            ? "okhttp3.internal.connection.RealCall$AsyncCall"
                            : "okhttp3.RealCall$AsyncCall"),
            "responseCallback");

    private final Mesh mesh;

    public RunHook(Mesh mesh) {
        this.mesh = mesh;
    }

    private static @Nullable Enqueued enqueued(Object run) {
        try {
            return (Callback) CALLBACK.invoke(run) instanceof Enqueued ours ? ours : null;
        } catch (Throwable thrown) {
            throw Members.<RuntimeException>same(thrown);
        }
    }

    @Override
    public boolean wants(Object self, @Nullable Object[] args) {
        return enqueued(self) != null;
    }

    /** A dispatcher may run one call where another one was enqueued, or where one has just ended. */
    @Override
    public @Nullable Object around(Object self, @Nullable Object[] args, Original original) throws Throwable {
        Enqueued enqueued = enqueued(self);
        if (enqueued == null) {
            return original.call(self, args);
        }
        TraceContext before = mesh.ambient().current();
        mesh.ambient().set(enqueued.trace());
        try {
            return original.call(self, args);
        } finally {
            mesh.ambient().set(before);
        }
    }
}
