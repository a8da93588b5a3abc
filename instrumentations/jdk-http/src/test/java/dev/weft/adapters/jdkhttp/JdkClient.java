package dev.weft.adapters.jdkhttp;

import dev.weft.contract.ClientUnderTest;
import dev.weft.contract.Incoming;
import dev.weft.contract.Knobs;
import dev.weft.contract.Outgoing;
import java.io.InputStream;
import java.net.CookieManager;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** The JDK's client, called in one of its two styles. */
record JdkClient(boolean async) implements ClientUnderTest {
    private static final List<Class<?>> BESIDE_SENDING = List.of(
            BindHook.class,
            ProxyHook.class,
            AuthorityHook.class,
            HeadersHook.class,
            AuthenticationHook.class,
            RedirectHook.class,
            AddressHook.class,
            SecureHook.class,
            Http2KeyHook.class,
            TlsHook.class,
            ConnectLimitHook.class);

    private static List<Class<?>> with(Class<?> send) {
        var all = new java.util.ArrayList<Class<?>>(BESIDE_SENDING);
        all.add(send);
        return all;
    }

    @Override
    public String name() {
        return "JDK HttpClient " + (async ? "(async)" : "(blocking)");
    }

    @Override
    public String version() {
        return Runtime.version().toString();
    }

    @Override
    public Set<Feature> lacks() {
        return async ? Set.of(Feature.TRAILERS) : Set.of(Feature.ASYNC, Feature.TRAILERS);
    }

    @Override
    public List<Class<?>> adapters() {
        return with(SendHook.class);
    }

    @Override
    public List<Class<?>> adaptersFailingInDeliver() {
        return with(FailingSendHook.class);
    }

    @Override
    public Client open(Knobs knobs) {
        var builder = HttpClient.newBuilder()
                .version(knobs.http2() ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1)
                .followRedirects(knobs.redirects() ? HttpClient.Redirect.ALWAYS : HttpClient.Redirect.NEVER);
        if (knobs.cookies()) {
            builder.cookieHandler(new CookieManager());
        }
        if (knobs.proxy() != null) {
            builder.proxy(ProxySelector.of(knobs.proxy()));
        }
        if (knobs.tls() != null) {
            builder.sslContext(knobs.tls());
        }
        return new Opened(builder.build(), async);
    }

    private record Opened(HttpClient client, boolean async) implements Client {
        @Override
        public Incoming send(Outgoing request) throws Exception {
            return async ? start(request).await() : blocking(request);
        }

        private Incoming blocking(Outgoing request) throws Exception {
            return incoming(client.send(request(request), BodyHandlers.ofInputStream()));
        }

        @Override
        public Sending start(Outgoing request) {
            if (async) {
                CompletableFuture<HttpResponse<InputStream>> sent =
                        client.sendAsync(request(request), BodyHandlers.ofInputStream());
                return new Going<>(sent.thenApply(Opened::incoming), () -> sent.cancel(true));
            }
            var task = new FutureTask<>(() -> blocking(request));
            var thread = new Thread(task, "caller");
            thread.setDaemon(true);
            thread.start();
            return new Going<>(task, thread::interrupt);
        }

        @Override
        public void close() {
            // Before JDK 21 there is nothing to call; its threads end when it is collected.
        }

        private static Incoming incoming(HttpResponse<InputStream> response) {
            return new Incoming(
                    response.statusCode(),
                    name -> response.headers().firstValue(name).orElse(null),
                    response.body());
        }

        private static HttpRequest request(Outgoing request) {
            var builder = HttpRequest.newBuilder(URI.create(request.url())).method(request.method(), body(request));
            request.headers().forEach(builder::header);
            if (request.timeout() != null) {
                builder.timeout(request.timeout());
            }
            return builder.build();
        }

        private static BodyPublisher body(Outgoing request) {
            if (request.body() instanceof Outgoing.Body.Text text) {
                return BodyPublishers.ofString(text.text());
            }
            if (request.body() instanceof Outgoing.Body.OneShot once) {
                return BodyPublishers.ofInputStream(once::stream);
            }
            return BodyPublishers.noBody();
        }
    }

    private record Going<F extends java.util.concurrent.Future<Incoming>>(F future, Runnable giveUp)
            implements Sending {
        @Override
        public Incoming await() throws Exception {
            try {
                return future.get();
            } catch (ExecutionException failed) {
                throw failed.getCause() instanceof Exception cause ? cause : failed;
            }
        }

        @Override
        public void cancel() {
            giveUp.run();
        }
    }
}
