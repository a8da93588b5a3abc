package dev.weft.adapters.httpclient5;

import dev.weft.engine.adapt.Around;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Original;
import dev.weft.engine.adapt.Weave;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.jspecify.annotations.Nullable;

/**
 * Where a hop becomes a call of the mesh in clients whose retries the application has disabled, and
 * which therefore have no {@link RetryExecHook}. In all others the call is already ours here.
 */
@Weave(type = "org.apache.hc.client5.http.impl.classic.ProtocolExec", method = "execute", args = 3)
public final class ProtocolExecHook implements Around {
    private final Mesh mesh;
    private final Routes routes = new Routes();

    public ProtocolExecHook(Mesh mesh) {
        this.mesh = mesh;
    }

    @Override
    public boolean wants(Object self, @Nullable Object[] args) {
        return ChainWay.wants(mesh, args);
    }

    @Override
    public @Nullable Object around(Object self, @Nullable Object[] args, Original original) throws Throwable {
        var request = (ClassicHttpRequest) args[0];
        var scope = (ExecChain.Scope) args[1];
        var chain = (ExecChain) args[2];
        if (request == null || scope == null || chain == null || !routes.understands(scope.route)) {
            return original.call(self, args);
        }
        return mesh.blocking()
                .run(new Exchange(
                        mesh,
                        new HopRequest(scope.route.getTargetHost(), request),
                        new ChainWay(
                                request,
                                scope,
                                routes,
                                (sent, within) -> original.call(self, sent, within, chain),
                                () -> original.call(self, args))));
    }
}
