package dev.weft.adapters.httpclient4;

import dev.weft.engine.adapt.Around;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Original;
import dev.weft.engine.adapt.Weave;
import org.jspecify.annotations.Nullable;

/**
 * Where a hop becomes a call of the mesh in clients whose retries the application has disabled, and
 * which therefore have no {@link RetryExecHook}. In all others the call is already ours here.
 */
@Weave(type = "org.apache.http.impl.execchain.ProtocolExec", method = "execute", args = 4)
public final class ProtocolExecHook implements Around {
    private final Mesh mesh;
    private final Aims aims = new Aims();

    public ProtocolExecHook(Mesh mesh) {
        this.mesh = mesh;
    }

    @Override
    public boolean wants(Object self, @Nullable Object[] args) {
        return Sending.current() == null && Hop.wants(mesh, args); // within an attempt it need not be looked up
    }

    @Override
    public @Nullable Object around(Object self, @Nullable Object[] args, Original original) throws Throwable {
        Hop hop = Hop.of(self, args, original);
        return mesh.blocking()
                .run(new Exchange(
                        mesh,
                        hop,
                        aims,
                        sending -> original.call(self, hop.route(), hop.request(), hop.context(), sending.stop())));
    }
}
