package dev.weft.adapters.jdkhttp;

import dev.weft.engine.call.Refusal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** An answer that a rule gives here, read through the application's own body handler. */
record LocalResponse<T>(int statusCode, HttpHeaders headers, HttpRequest request, T body) implements HttpResponse<T> {
    static <T> CompletableFuture<HttpResponse<T>> give(
            Refusal refusal, HttpRequest request, BodyHandler<T> handler, Executor executor) {
        byte[] text = refusal.body().getBytes(StandardCharsets.UTF_8);
        Map<String, List<String>> named = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        refusal.headers()
                .forEach(h ->
                        named.computeIfAbsent(h.name(), n -> new ArrayList<>()).add(h.value()));
        named.putIfAbsent("content-length", List.of(Integer.toString(text.length)));
        var headers = HttpHeaders.of(named, (name, value) -> true);
        BodySubscriber<T> reader = handler.apply(new Info(refusal.code(), headers));
        reader.onSubscribe(new Once(ByteBuffer.wrap(text), reader));
        return Internals.body(executor, reader)
                .<HttpResponse<T>>thenApply(body -> new LocalResponse<>(refusal.code(), headers, request, body))
                .toCompletableFuture();
    }

    @Override
    public Optional<HttpResponse<T>> previousResponse() {
        return Optional.empty();
    }

    @Override
    public Optional<SSLSession> sslSession() {
        return Optional.empty();
    }

    @Override
    public URI uri() {
        return request.uri();
    }

    @Override
    public HttpClient.Version version() {
        return HttpClient.Version.HTTP_1_1;
    }

    private record Info(int statusCode, HttpHeaders headers) implements ResponseInfo {
        @Override
        public HttpClient.Version version() {
            return HttpClient.Version.HTTP_1_1;
        }
    }

    /** The whole body, given when the first item is asked for. */
    private static final class Once implements Subscription {
        private @Nullable ByteBuffer text;
        private final Subscriber<List<ByteBuffer>> reader;

        Once(ByteBuffer text, Subscriber<List<ByteBuffer>> reader) {
            this.text = text;
            this.reader = reader;
        }

        private synchronized @Nullable ByteBuffer take() {
            ByteBuffer all = text;
            text = null;
            return all;
        }

        @Override
        public void request(long items) {
            ByteBuffer all = take();
            if (all == null) {
                return;
            }
            if (all.hasRemaining()) {
                reader.onNext(List.of(all));
            }
            reader.onComplete();
        }

        @Override
        public void cancel() {
            take();
        }
    }
}
