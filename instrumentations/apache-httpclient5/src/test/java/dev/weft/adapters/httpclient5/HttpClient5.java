package dev.weft.adapters.httpclient5;

import dev.weft.contract.ClientUnderTest;
import dev.weft.contract.Incoming;
import dev.weft.contract.Knobs;
import dev.weft.contract.Outgoing;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.CloseableHttpResponse;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.SSLConnectionSocketFactory;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.entity.InputStreamEntity;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.apache.hc.core5.util.VersionInfo;
import org.jspecify.annotations.Nullable;

/** HttpClient 5 classic, as its users build and call it. */
record HttpClient5() implements ClientUnderTest {
    @Override
    public String name() {
        return "Apache HttpClient 5 classic";
    }

    @Override
    public String version() {
        return VersionInfo.loadVersionInfo("org.apache.hc.client5", HttpClient5.class.getClassLoader())
                .getRelease();
    }

    /** The classic API speaks HTTP/1.1 and blocks; HTTP/2 and futures are the async API's. */
    @Override
    public Set<Feature> lacks() {
        boolean old = version().startsWith("5.0") || version().startsWith("5.1");
        // What is old sees no trailers, and what is not refuses to send a user in a URL.
        return Set.of(Feature.HTTP2, Feature.ASYNC, old ? Feature.TRAILERS : Feature.USER_INFO);
    }

    @Override
    public List<Class<?>> adapters() {
        return List.of(RetryExecHook.class, ProtocolExecHook.class, MinimalClientHook.class, ConnectHook.class);
    }

    @Override
    public List<Class<?>> adaptersFailingInDeliver() {
        return List.of(FailingRetryExecHook.class, ConnectHook.class);
    }

    @Override
    @SuppressWarnings("deprecation") // 5.0 has no other way to set the context
    public Client open(Knobs knobs) {
        var pool = PoolingHttpClientConnectionManagerBuilder.create()
                .setMaxConnTotal(2000)
                .setMaxConnPerRoute(1000);
        if (knobs.tls() != null) {
            pool.setSSLSocketFactory(new SSLConnectionSocketFactory(knobs.tls()));
        }
        var builder = HttpClients.custom().setConnectionManager(pool.build());
        if (!knobs.redirects()) {
            builder.disableRedirectHandling();
        }
        if (!knobs.cookies()) {
            builder.disableCookieManagement();
        }
        if (knobs.proxy() != null) {
            builder.setProxy(new HttpHost(
                    "http", knobs.proxy().getHostString(), knobs.proxy().getPort()));
        }
        return new Opened(builder.build());
    }

    private record Opened(CloseableHttpClient client) implements Client {
        @Override
        public Incoming send(Outgoing request) throws Exception {
            return send(request(request));
        }

        private Incoming send(HttpUriRequestBase request) throws IOException {
            CloseableHttpResponse response = client.execute(request);
            return new Incoming(response.getCode(), name -> first(response, name), new Body(response));
        }

        @Override
        public Sending start(Outgoing outgoing) {
            HttpUriRequestBase request = request(outgoing);
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

        private static HttpUriRequestBase request(Outgoing outgoing) {
            var request = new HttpUriRequestBase(outgoing.method(), java.net.URI.create(outgoing.url()));
            outgoing.headers().forEach(request::addHeader);
            if (outgoing.body() instanceof Outgoing.Body.Text text) {
                request.setEntity(new StringEntity(text.text()));
            } else if (outgoing.body() instanceof Outgoing.Body.OneShot once) {
                request.setEntity(new InputStreamEntity(once.stream(), -1, null));
            }
            if (outgoing.timeout() != null) {
                request.setConfig(RequestConfig.custom()
                        .setResponseTimeout(outgoing.timeout().toMillis(), TimeUnit.MILLISECONDS)
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

    private record Going(FutureTask<Incoming> task, HttpUriRequestBase request) implements Sending {
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
            request.cancel();
        }
    }
}
