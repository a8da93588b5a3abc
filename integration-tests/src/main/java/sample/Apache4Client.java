package sample;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.apache.http.HttpHost;
import org.apache.http.client.methods.CloseableHttpResponse;
import org.apache.http.client.methods.HttpUriRequest;
import org.apache.http.client.methods.RequestBuilder;
import org.apache.http.entity.StringEntity;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.impl.client.HttpClientBuilder;
import org.apache.http.impl.client.HttpClients;
import org.apache.http.impl.conn.PoolingHttpClientConnectionManager;
import org.apache.http.util.EntityUtils;
import org.jspecify.annotations.Nullable;

/** Apache HttpClient 4. */
final class Apache4Client implements Client {
    private final CloseableHttpClient client;

    Apache4Client(@Nullable InetSocketAddress proxy) {
        PoolingHttpClientConnectionManager pool = new PoolingHttpClientConnectionManager();
        pool.setMaxTotal(2000);
        pool.setDefaultMaxPerRoute(1000);
        HttpClientBuilder builder = HttpClients.custom().setConnectionManager(pool);
        if (proxy != null) {
            builder.setProxy(new HttpHost(proxy.getHostString(), proxy.getPort()));
        }
        this.client = builder.build();
    }

    @Override
    public Answer send(Question question) throws Exception {
        RequestBuilder builder = RequestBuilder.create(question.method()).setUri(question.url());
        question.headers().forEach(builder::setHeader);
        if (!question.method().equals("GET")) {
            builder.setEntity(new StringEntity(question.body(), StandardCharsets.UTF_8));
        }
        HttpUriRequest request = builder.build();
        try (CloseableHttpResponse response = client.execute(request)) {
            String body = response.getEntity() == null ? "" : EntityUtils.toString(response.getEntity());
            return new Answer(response.getStatusLine().getStatusCode(), body);
        }
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
