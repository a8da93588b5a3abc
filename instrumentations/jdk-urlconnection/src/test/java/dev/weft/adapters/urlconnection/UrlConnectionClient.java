package dev.weft.adapters.urlconnection;

import dev.weft.contract.ClientUnderTest;
import dev.weft.contract.Incoming;
import dev.weft.contract.Knobs;
import dev.weft.contract.Outgoing;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.CookieHandler;
import java.net.CookieManager;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/** {@code HttpURLConnection}, used in the order that its documentation shows. */
record UrlConnectionClient() implements ClientUnderTest {
    private static final List<Class<?>> BESIDE_ANSWER = List.of(
            ConnectHook.class,
            OutputHook.class,
            SessionHook.class,
            DisconnectHook.class,
            RedirectHook.class,
            NewClientHook.class,
            OnceHook.class,
            OpenHook.class,
            KeepHook.class,
            IdleHook.class);

    private static List<Class<?>> with(Class<?> answer) {
        var all = new ArrayList<Class<?>>(BESIDE_ANSWER);
        all.add(answer);
        return all;
    }

    @Override
    public String name() {
        return "JDK HttpURLConnection";
    }

    @Override
    public String version() {
        return Runtime.version().toString();
    }

    @Override
    public Set<Feature> lacks() {
        return Set.of(Feature.HTTP2, Feature.ASYNC, Feature.REWRITE, Feature.ANSWER_HEADERS);
    }

    @Override
    public List<Class<?>> adapters() {
        return with(AnswerHook.class);
    }

    @Override
    public List<Class<?>> adaptersFailingInDeliver() {
        return with(FailingAnswerHook.class);
    }

    @Override
    public Client open(Knobs knobs) {
        return new Opened(
                knobs,
                knobs.cookies() ? new CookieManager() : null,
                knobs.tls() == null ? null : knobs.tls().getSocketFactory());
    }

    private record Opened(
            Knobs knobs,
            @Nullable CookieHandler cookies,
            @Nullable SSLSocketFactory tls) implements Client {
        @Override
        public Incoming send(Outgoing request) throws Exception {
            return send(request, connection(request));
        }

        private static Incoming send(Outgoing request, HttpURLConnection connection) throws IOException {
            if (request.body() instanceof Outgoing.Body.Text text) {
                connection.setDoOutput(true);
                try (OutputStream out = connection.getOutputStream()) {
                    out.write(text.text().getBytes(StandardCharsets.UTF_8));
                }
            } else if (request.body() instanceof Outgoing.Body.OneShot once) {
                connection.setDoOutput(true);
                connection.setChunkedStreamingMode(0);
                try (OutputStream out = connection.getOutputStream()) {
                    once.stream().transferTo(out);
                }
            }
            int status = connection.getResponseCode();
            InputStream body = status < 400 ? connection.getInputStream() : connection.getErrorStream();
            return new Incoming(
                    status, connection::getHeaderField, body == null ? InputStream.nullInputStream() : body);
        }

        private HttpURLConnection connection(Outgoing request) throws IOException {
            HttpURLConnection connection = open(new URL(request.url()));
            connection.setInstanceFollowRedirects(knobs.redirects());
            if (tls != null && connection instanceof HttpsURLConnection secure) {
                secure.setSSLSocketFactory(tls);
            }
            connection.setRequestMethod(request.method());
            request.headers().forEach(connection::addRequestProperty);
            if (request.timeout() != null) {
                connection.setConnectTimeout((int) request.timeout().toMillis());
                connection.setReadTimeout((int) request.timeout().toMillis());
            }
            return connection;
        }

        /** The library takes the JVM's cookie handler when a connection object is made. */
        private HttpURLConnection open(URL url) throws IOException {
            synchronized (UrlConnectionClient.class) {
                CookieHandler.setDefault(cookies);
                try {
                    return (HttpURLConnection)
                            (knobs.proxy() == null
                                    ? url.openConnection()
                                    : url.openConnection(new Proxy(Proxy.Type.HTTP, knobs.proxy())));
                } finally {
                    CookieHandler.setDefault(null);
                }
            }
        }

        @Override
        public Sending start(Outgoing request) {
            var opened = new CompletableFuture<HttpURLConnection>();
            var task = new FutureTask<>(() -> {
                HttpURLConnection connection = connection(request);
                opened.complete(connection);
                return send(request, connection);
            });
            var thread = new Thread(task, "caller");
            thread.setDaemon(true);
            thread.start();
            return new Going(task, opened);
        }

        @Override
        public void close() {
            // Connections are kept for all of the JVM; those of a story end with its peers.
        }
    }

    private record Going(FutureTask<Incoming> task, CompletableFuture<HttpURLConnection> opened) implements Sending {
        @Override
        public Incoming await() throws Exception {
            try {
                return task.get();
            } catch (ExecutionException failed) {
                throw failed.getCause() instanceof Exception cause ? cause : failed;
            }
        }

        @Override
        public void cancel() {
            opened.join().disconnect();
        }
    }
}
