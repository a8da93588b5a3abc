package dev.weft.adapters.httpclient4;

import dev.weft.contract.ClientUnderTest;
import dev.weft.contract.Incoming;
import dev.weft.contract.Knobs;
import dev.weft.contract.Outgoing;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.apache.http.Header;
import org.apache.http.HttpHost;
import org.apache.http.client.config.RequestConfig;
import org.apache.http.client.methods.CloseableHttpResponse;
import org.apache.http.client.methods.HttpEntityEnclosingRequestBase;
import org.apache.http.config.RegistryBuilder;
import org.apache.http.conn.socket.ConnectionSocketFactory;
import org.apache.http.conn.socket.PlainConnectionSocketFactory;
import org.apache.http.conn.ssl.SSLConnectionSocketFactory;
import org.apache.http.entity.InputStreamEntity;
import org.apache.http.entity.StringEntity;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.impl.client.HttpClients;
import org.apache.http.impl.conn.PoolingHttpClientConnectionManager;
import org.apache.http.util.VersionInfo;
import org.jspecify.annotations.Nullable;

/** HttpClient 4, as its users build and call it. */
record HttpClient4() implements ClientUnderTest {
    @Override
    public String name() {
        return "Apache HttpClient 4";
    }

    @Override
    public String version() {
        return VersionInfo.loadVersionInfo("org.apache.http.client", HttpClient4.class.getClassLoader())
                .getRelease();
    }

    /** It speaks HTTP/1.1 and blocks; futures are another library's (HttpAsyncClient). */
    @Override
    public Set<Feature> lacks() {
        return Set.of(Feature.HTTP2, Feature.ASYNC, Feature.TRAILERS);
    }

    @Override
    public List<Class<?>> adapters() {
        return List.of(
                RetryExecHook.class,
                ProtocolExecHook.class,
                MinimalExecHook.class,
                MainExecHook.class,
                MainExecEndHook.class,
                UserTokenHook.class,
                ConnectHook.class);
    }

    @Override
    public List<Class<?>> adaptersFailingInDeliver() {
        return List.of(FailingRetryExecHook.class, MainExecHook.class, MainExecEndHook.class, ConnectHook.class);
    }

    @Override
    public Client open(Knobs knobs) {
        var sockets = RegistryBuilder.<ConnectionSocketFactory>create()
                .register("http", PlainConnectionSocketFactory.getSocketFactory())
                .register(
                        "https",
                        knobs.tls() == null
                                ? SSLConnectionSocketFactory.getSocketFactory()
                                : new SSLConnectionSocketFactory(knobs.tls()));
        var pool = new PoolingHttpClientConnectionManager(sockets.build());
        pool.setMaxTotal(2000);
        pool.setDefaultMaxPerRoute(1000);
        var builder = HttpClients.custom().setConnectionManager(pool);
        if (!knobs.redirects()) {
            builder.disableRedirectHandling();
        }
        if (!knobs.cookies()) {
            builder.disableCookieManagement();
        }
        if (knobs.proxy() != null) {
            builder.setProxy(
                    new HttpHost(knobs.proxy().getHostString(), knobs.proxy().getPort()));
        }
        return new Opened(builder.build());
    }

    /** A request with any method, with or without a body. */
    private static final class AnyRequest extends HttpEntityEnclosingRequestBase {
        private final String method;

        AnyRequest(String method, String url) {
            this.method = method;
            setURI(URI.create(url));
        }

        @Override
        public String getMethod() {
            return method;
        }
    }

    private record Opened(CloseableHttpClient client) implements Client {
        @Override
        public Incoming send(Outgoing request) throws Exception {
            return send(request(request));
        }

        private Incoming send(AnyRequest request) throws IOException {
            CloseableHttpResponse response = client.execute(request);
            return new Incoming(
                    response.getStatusLine().getStatusCode(), name -> first(response, name), new Body(response));
        }

        @Override
        public Sending start(Outgoing outgoing) {
            AnyRequest request = request(outgoing);
            var task = new FutureTask<>(() -> send(request));
            var thread = new Thread(task, "caller");
            thread.setDaemon(true);
            thread.start();
            return new Going(task, request);
        }

        @Override
        public void close() throws IOException {
            client.close();
        }

        private static @Nullable String first(CloseableHttpResponse response, String name) {
            Header header = response.getFirstHeader(name);
            return header == null ? null : header.getValue();
        }

        private static AnyRequest request(Outgoing outgoing) {
            var request = new AnyRequest(outgoing.method(), outgoing.url());
            outgoing.headers().forEach(request::addHeader);
            if (outgoing.body() instanceof Outgoing.Body.Text text) {
                request.setEntity(new StringEntity(text.text(), StandardCharsets.UTF_8));
            } else if (outgoing.body() instanceof Outgoing.Body.OneShot once) {
                request.setEntity(new InputStreamEntity(once.stream(), -1));
            }
            if (outgoing.timeout() != null) {
                request.setConfig(RequestConfig.custom()
                        .setSocketTimeout((int) outgoing.timeout().toMillis())
                        .build());
            }
            return request;
        }
    }

    /** Closing the body gives the whole answer back, as closing the response does. */
    private static final class Body extends FilterInputStream {
        private final CloseableHttpResponse response;

        Body(CloseableHttpResponse response) throws IOException {
            super(
                    response.getEntity() == null
                            ? InputStream.nullInputStream()
                            : response.getEntity().getContent());
            this.response = response;
        }

        @Override
        public void close() throws IOException {
            response.close();
        }
    }

    private record Going(FutureTask<Incoming> task, AnyRequest request) implements Sending {
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
            request.abort();
        }
    }
}
