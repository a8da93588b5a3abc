package webapp;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.internal.concurrent.TaskRunner;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.jspecify.annotations.Nullable;

/** A web application that calls others with every client, most of them its own, and cleans up when it ends. */
public final class Calls extends HttpServlet {
    private static final long serialVersionUID = 1;

    private final transient ExecutorService threads = Executors.newCachedThreadPool();
    private final transient CloseableHttpClient apache = HttpClients.createDefault();
    private final transient org.apache.http.impl.client.CloseableHttpClient apache4 =
            org.apache.http.impl.client.HttpClients.createDefault();
    /** Limits would start a thread of Okio's that keeps its classes for a minute, with or without an agent. */
    private final transient OkHttpClient ok = new OkHttpClient.Builder()
            .connectTimeout(Duration.ZERO)
            .readTimeout(Duration.ZERO)
            .writeTimeout(Duration.ZERO)
            .build();

    private transient volatile @Nullable HttpClient jdk =
            HttpClient.newBuilder().executor(threads).build();

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String url = request.getParameter("url");
        List<String> answers = List.of(apache(url), apache4(url), ok(url), okLater(url), jdk(url), urlConnection(url));
        boolean own = Stream.of(apache, apache4, ok)
                .allMatch(client ->
                        client.getClass().getClassLoader() == getClass().getClassLoader());
        response.getWriter().print(String.join(" ", answers) + (own ? " own" : " shared"));
    }

    private String apache(String url) throws IOException {
        return apache.execute(new HttpGet(url), answer -> EntityUtils.toString(answer.getEntity()));
    }

    private String apache4(String url) throws IOException {
        return apache4.execute(
                new org.apache.http.client.methods.HttpGet(url),
                answer -> org.apache.http.util.EntityUtils.toString(answer.getEntity()));
    }

    private String ok(String url) throws IOException {
        try (Response answer =
                ok.newCall(new Request.Builder().url(url).build()).execute()) {
            return answer.body().string();
        }
    }

    private String okLater(String url) throws IOException {
        CompletableFuture<String> came = new CompletableFuture<>();
        ok.newCall(new Request.Builder().url(url).build()).enqueue(new Callback() {
            @Override
            public void onFailure(Call call, IOException failure) {
                came.completeExceptionally(failure);
            }

            @Override
            public void onResponse(Call call, Response answer) throws IOException {
                try (answer) {
                    came.complete(answer.body().string());
                }
            }
        });
        try {
            return came.get(30, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException failed) {
            throw new IOException(failed);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private static String urlConnection(String url) throws IOException {
        try (InputStream body = new URL(url).openStream()) {
            return new String(body.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private String jdk(String url) throws IOException {
        try {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(url)).POST(new Body()).build();
            return Objects.requireNonNull(jdk)
                    .send(request, BodyHandlers.ofString())
                    .body();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    @Override
    public void destroy() {
        try {
            apache.close();
            apache4.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        ok.dispatcher().executorService().shutdown();
        ok.connectionPool().evictAll();
        ((TaskRunner.RealBackend) TaskRunner.INSTANCE.getBackend()).shutdown(); // else its threads stay for a minute
        jdk = null; // Java 17 has no other way to end it
        threads.shutdown();
    }

    /** A class of the application's that the call carries with it. */
    private static final class Body implements BodyPublisher {
        private final BodyPublisher text = BodyPublishers.ofString("body");

        @Override
        public long contentLength() {
            return text.contentLength();
        }

        @Override
        public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
            text.subscribe(subscriber);
        }
    }
}
