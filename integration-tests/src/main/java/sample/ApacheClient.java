package sample;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.jspecify.annotations.Nullable;

/** Apache HttpClient 5, classic. */
final class ApacheClient implements Client {
    private final CloseableHttpClient client;

    ApacheClient(@Nullable InetSocketAddress proxy) {
        PoolingHttpClientConnectionManager pool = new PoolingHttpClientConnectionManager();
        pool.setMaxTotal(2000);
        pool.setDefaultMaxPerRoute(1000);
        HttpClientBuilder builder = HttpClients.custom().setConnectionManager(pool);
        if (proxy != null) {
            builder.setProxy(new HttpHost("http", proxy.getHostString(), proxy.getPort()));
        }
        this.client = builder.build();
    }

    @Override
    public Answer send(Question question) throws Exception {
        HttpUriRequestBase request = new HttpUriRequestBase(question.method(), URI.create(question.url()));
        question.headers().forEach(request::setHeader);
        if (!question.method().equals("GET")) {
            request.setEntity(new StringEntity(question.body()));
        }
        return client.execute(request, response -> {
            String body = response.getEntity() == null ? "" : EntityUtils.toString(response.getEntity());
            return new Answer(response.getCode(), body);
        });
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
