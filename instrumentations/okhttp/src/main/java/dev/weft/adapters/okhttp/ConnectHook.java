package dev.weft.adapters.okhttp;

import dev.weft.engine.adapt.Around;
import dev.weft.engine.adapt.Arrival;
import dev.weft.engine.adapt.Latecomer;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Original;
import dev.weft.engine.adapt.Weave;
import dev.weft.engine.drive.BlockingExchange;
import dev.weft.engine.drive.Refused;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Where a hop becomes a call of the mesh. It stands below the redirects, so that each hop is looked
 * up by its own name; below the cache, so that what the cache answers is no call; and around the
 * network interceptors, which see each attempt as they see each of the library's own.
 *
 * <p>An enqueued call comes here on a thread of the library's dispatcher, which the library holds
 * until the head of the answer is there, as it holds the caller's in {@code execute}. So both styles
 * have the blocking driver: a future would only give the thread back to where it must wait.
 */
@Weave(type = "okhttp3.internal.connection.ConnectInterceptor", method = "intercept", args = 1)
public final class ConnectHook implements Around, Latecomer {
    private final Mesh mesh;
    private final Aims aims = new Aims();
    private final Rewind rewind = Rewind.ofThisRelease();

    public ConnectHook(Mesh mesh) {
        this.mesh = mesh;
    }

    @Override
    public boolean wants(Object self, @Nullable Object[] args) {
        return wants(mesh, args);
    }

    @Override
    public void catchUp(Class<?> woven, Arrival arrival) {
        Earlier.tell(arrival);
    }

    static boolean wants(Mesh mesh, @Nullable Object[] args) {
        if (!(args[0] instanceof Interceptor.Chain chain)) {
            return false;
        }
        Request request = chain.request();
        HttpUrl url = request.url();
        return mesh.routes(url.host(), url.port()) && !isWebSocket(request);
    }

    static boolean isWebSocket(Request request) {
        return "websocket".equalsIgnoreCase(request.header("Upgrade"));
    }

    @Override
    public @Nullable Object around(Object self, @Nullable Object[] args, Original original) throws Throwable {
        Exchange exchange = exchange(aims, rewind, self, args, original);
        return exchange == null ? original.call(self, args) : run(mesh, exchange, exchange);
    }

    /** Null when a proxy of the application's carries the call. */
    static @Nullable Exchange exchange(
            Aims aims, Rewind rewind, Object self, @Nullable Object[] args, Original original) {
        var chain = (Interceptor.Chain) args[0];
        if (chain == null || Proxies.apply(rewind, chain)) {
            return null;
        }
        return new Exchange(chain, aims, rewind, self, args, original);
    }

    static Response run(Mesh mesh, Exchange exchange, BlockingExchange<Response> driven) throws Throwable {
        EndingBody.ABANDONED.collect();
        exchange.enter();
        try {
            return mesh.blocking().run(driven);
        } catch (Refused | VirtualMachineError asItIs) {
            throw asItIs;
        } catch (Throwable fromTheChain) {
            // It may be one of ours in the library's words, which the site would take for a bug.
            throw new Refused(fromTheChain);
        } finally {
            exchange.leave();
        }
    }
}
