package sample;

import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** The JDK's own client, called in its blocking or its asynchronous style. */
final class JdkClient implements Client {
    private final HttpClient client;
    private final boolean async;

    JdkClient(@Nullable InetSocketAddress proxy, boolean async) {
        HttpClient.Builder builder = HttpClient.newBuilder();
        if (proxy != null) {
            builder.proxy(ProxySelector.of(proxy));
        }
        this.client = builder.build();
        this.async = async;
    }

    @Override
    public Answer send(Question question) throws Exception {
        boolean empty = question.method().equals("GET");
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(question.url()))
                .method(question.method(), empty ? BodyPublishers.noBody() : BodyPublishers.ofString(question.body()));
        question.headers().forEach(request::header);
        HttpResponse<String> response = async ? later(request.build()) : now(request.build());
        return new Answer(response.statusCode(), response.body());
    }

    private HttpResponse<String> now(HttpRequest request) throws Exception {
        return client.send(request, BodyHandlers.ofString());
    }

    private HttpResponse<String> later(HttpRequest request) throws Exception {
        try {
            return client.sendAsync(request, BodyHandlers.ofString()).get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    @Override
    public void close() {
        // Nothing to do on Java 17: the client ends when nobody refers to it.
    }
}
