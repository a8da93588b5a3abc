package dev.weft.adapters.jdkhttp;

import dev.weft.engine.adapt.Around;
import dev.weft.engine.adapt.Arrival;
import dev.weft.engine.adapt.Latecomer;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Original;
import dev.weft.engine.adapt.ProxySettings;
import dev.weft.engine.adapt.Weave;
import dev.weft.engine.drive.FutureExchange;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandler;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Takes over the one method that both {@code send} and {@code sendAsync} end in. */
@Weave(
        type = "jdk.internal.net.http.HttpClientImpl",
        method = "sendAsync",
        args = 4,
        opens = {Internals.PACKAGE})
public class SendHook implements Around, Latecomer {
    private final Mesh mesh;

    /** Fails, and so is never woven in, where the library lacks what the adapter reads of it. */
    public SendHook(Mesh mesh) {
        Internals.initialise();
        this.mesh = mesh;
    }

    @Override
    public boolean wants(Object self, @Nullable Object[] args) {
        return args[0] instanceof HttpRequest request
                && !(request instanceof Rewritten)
                && args[1] != null
                && args[2] == null // whoever takes pushed answers wants them from one peer
                && JdkRequest.routed(mesh, request.uri());
    }

    @Override
    // The woven method is generic in the type of the body, and answers with the future.
    @SuppressWarnings({"unchecked", "FutureReturnValueIgnored"})
    public @Nullable Object around(Object self, @Nullable Object[] args, Original original) throws Throwable {
        HttpRequest request = (HttpRequest) Objects.requireNonNull(args[0]);
        if (Internals.isWebSocket(request) || proxied(Internals.proxySelector(self), request)) {
            return original.call(self, args);
        }
        var handler = (BodyHandler<Object>) Objects.requireNonNull(args[1]);
        return run(mesh, new JdkExchange<>(mesh, new Sender<>(self, handler, args[3], original), request, 0));
    }

    @Override
    public void catchUp(Class<?> woven, Arrival arrival) {
        Earlier.tell(arrival);
    }

    <R, T> CompletableFuture<T> run(Mesh through, FutureExchange<R, T> exchange) {
        return through.future().run(exchange);
    }

    /** A forward proxy that the application chose decides where the call goes. The library asks the same way. */
    static boolean proxied(@Nullable ProxySelector selector, HttpRequest request) {
        if (selector == null
                || ProxySettings.chooseNone(
                        selector, "https".equalsIgnoreCase(request.uri().getScheme()))) {
            return false;
        }
        var proxies = selector.select(request.uri());
        return !proxies.isEmpty() && proxies.get(0).type() == Proxy.Type.HTTP;
    }
}
