package dev.weft.adapters.httpclient5;

import dev.weft.engine.adapt.Around;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Original;
import dev.weft.engine.adapt.Weave;
import dev.weft.engine.drive.BlockingExchange;
import dev.weft.engine.drive.Refused;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.jspecify.annotations.Nullable;

/**
 * Where a hop of an ordinary client becomes a call of the mesh. Standing below the redirects, each
 * hop is looked up by its own name; standing around the library's retries, they run only for calls
 * that are not ours.
 */
@Weave(type = "org.apache.hc.client5.http.impl.classic.HttpRequestRetryExec", method = "execute", args = 3)
public final class RetryExecHook implements Around {
    private final Mesh mesh;
    private final Routes routes = new Routes();

    public RetryExecHook(Mesh mesh) {
        this.mesh = mesh;
    }

    @Override
    public boolean wants(Object self, @Nullable Object[] args) {
        return ChainWay.wants(mesh, args);
    }

    @Override
    public @Nullable Object around(Object self, @Nullable Object[] args, Original original) throws Throwable {
        Exchange exchange = exchange(mesh, routes, self, args, original);
        return exchange == null ? original.call(self, args) : run(mesh, exchange);
    }

    /** Null when the hop takes a way that is none of ours. */
    static @Nullable Exchange exchange(
            Mesh mesh, Routes routes, Object self, @Nullable Object[] args, Original original) {
        var request = (ClassicHttpRequest) args[0];
        var scope = (ExecChain.Scope) args[1];
        var chain = (ExecChain) args[2];
        if (request == null || scope == null || chain == null || !routes.understands(scope.route)) {
            return null;
        }
        return new Exchange(
                mesh,
                new HopRequest(scope.route.getTargetHost(), request),
                new ChainWay(request, scope, routes, chain::proceed, () -> original.call(self, args)));
    }

    static ClassicHttpResponse run(Mesh mesh, BlockingExchange<ClassicHttpResponse> exchange) throws Throwable {
        try {
            return mesh.blocking().run(exchange);
        } catch (Refused | VirtualMachineError asItIs) {
            throw asItIs;
        } catch (Throwable fromTheChain) {
            // It did not come out of the woven method, so the site would take it for our bug and send again.
            throw new Refused(fromTheChain);
        }
    }
}
