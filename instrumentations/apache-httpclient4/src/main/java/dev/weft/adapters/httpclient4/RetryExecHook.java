package dev.weft.adapters.httpclient4;

import dev.weft.engine.adapt.Around;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Original;
import dev.weft.engine.adapt.Weave;
import dev.weft.engine.drive.BlockingExchange;
import dev.weft.engine.drive.Refused;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import org.apache.http.client.methods.CloseableHttpResponse;
import org.apache.http.impl.execchain.ClientExecChain;
import org.apache.http.impl.execchain.RetryExec;
import org.jspecify.annotations.Nullable;

/**
 * Where a hop of an ordinary client becomes a call of the mesh. Standing below the redirects, each
 * hop is looked up by its own name; standing around the library's retries, they run only for calls
 * that are not ours.
 */
@Weave(type = "org.apache.http.impl.execchain.RetryExec", method = "execute", args = 4)
public final class RetryExecHook implements Around {
    /** The rest of the chain, which the library hands to nobody. */
    private static final MethodHandle REST = rest();

    private final Mesh mesh;
    private final Aims aims = new Aims();

    public RetryExecHook(Mesh mesh) {
        this.mesh = mesh;
    }

    @Override
    public boolean wants(Object self, @Nullable Object[] args) {
        return Hop.wants(mesh, args);
    }

    @Override
    public @Nullable Object around(Object self, @Nullable Object[] args, Original original) throws Throwable {
        return run(mesh, exchange(mesh, aims, self, args, original));
    }

    static Exchange exchange(Mesh mesh, Aims aims, Object self, @Nullable Object[] args, Original original)
            throws Throwable {
        var chain = (ClientExecChain) REST.invokeExact((RetryExec) self);
        Hop hop = Hop.of(self, args, original);
        return new Exchange(
                mesh, hop, aims, sending -> chain.execute(hop.route(), hop.request(), hop.context(), sending.stop()));
    }

    static CloseableHttpResponse run(Mesh mesh, BlockingExchange<CloseableHttpResponse> exchange) throws Throwable {
        try {
            return mesh.blocking().run(exchange);
        } catch (Refused | VirtualMachineError asItIs) {
            throw asItIs;
        } catch (Throwable fromTheChain) {
            // It did not come out of the woven method, so the site would take it for our bug and send again.
            throw new Refused(fromTheChain);
        }
    }

    private static MethodHandle rest() {
        try {
            return MethodHandles.privateLookupIn(RetryExec.class, MethodHandles.lookup())
                    .findGetter(RetryExec.class, "requestExecutor", ClientExecChain.class);
        } catch (ReflectiveOperationException otherRelease) {
            throw new LinkageError("RetryExec#requestExecutor can't be read", otherRelease);
        }
    }
}
