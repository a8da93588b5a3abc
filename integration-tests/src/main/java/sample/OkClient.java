package sample;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** OkHttp, executing its calls or enqueueing them. */
final class OkClient implements Client {
    private final OkHttpClient client;
    private final boolean enqueues;

    OkClient(@Nullable InetSocketAddress proxy, boolean enqueues) {
        OkHttpClient.Builder builder = new OkHttpClient.Builder();
        if (proxy != null) {
            builder.proxy(new Proxy(Proxy.Type.HTTP, proxy));
        }
        this.client = builder.build();
        this.enqueues = enqueues;
    }

    @Override
    @SuppressWarnings("deprecation") // OkHttp 3 has no other way to make a body
    public Answer send(Question question) throws Exception {
        boolean empty = question.method().equals("GET");
        Request.Builder request = new Request.Builder()
                .url(question.url())
                .method(question.method(), empty ? null : RequestBody.create(null, question.body()));
        question.headers().forEach(request::header);
        Call call = client.newCall(request.build());
        try (Response response = enqueues ? later(call) : call.execute()) {
            return new Answer(response.code(), response.body().string());
        }
    }

    private static Response later(Call call) throws Exception {
        CompletableFuture<Response> came = new CompletableFuture<>();
        call.enqueue(new Callback() {
            @Override
            public void onFailure(Call failed, IOException failure) {
                came.completeExceptionally(failure);
            }

            @Override
            public void onResponse(Call answered, Response response) {
                came.complete(response);
            }
        });
        try {
            return came.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    @Override
    public void close() {
        client.dispatcher().executorService().shutdown();
        client.connectionPool().evictAll();
    }
}
