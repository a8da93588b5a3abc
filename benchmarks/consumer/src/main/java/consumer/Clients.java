package consumer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.apache.http.client.methods.CloseableHttpResponse;
import org.apache.http.client.methods.HttpGet;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.util.EntityUtils;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.HttpComponentsClientHttpRequestFactory;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.http.client.SimpleClientHttpRequestFactory;
import org.springframework.web.client.RestTemplate;

/**
 * The HTTP clients of this application by name, each made when first asked for. Each turns a URL into a body; those that
 * are asynchronous are waited for.
 */
enum Clients {
    HTTPCLIENT5(() -> spring(new HttpComponentsClientHttpRequestFactory())),
    JDK_HTTP(() -> spring(new JdkClientHttpRequestFactory(HttpClient.newHttpClient()))),
    JDK_ASYNC(Clients::jdkAsync),
    HTTPURLCONNECTION(() -> spring(new SimpleClientHttpRequestFactory())),
    HTTPCLIENT4(Clients::httpClient4),
    OKHTTP(Clients::okHttp),
    OKHTTP_ASYNC(Clients::okHttpAsync);

    private interface Maker {
        UnaryOperator<String> make();
    }

    private final Maker maker;
    private UnaryOperator<String> made;

    Clients(Maker maker) {
        this.maker = maker;
    }

    static UnaryOperator<String> named(String name) {
        return valueOf(name.toUpperCase(java.util.Locale.ROOT).replace('-', '_')).get();
    }

    private synchronized UnaryOperator<String> get() {
        if (made == null) {
            made = maker.make();
        }
        return made;
    }

    private static UnaryOperator<String> spring(ClientHttpRequestFactory factory) {
        RestTemplate rest = new RestTemplate(factory);
        return url -> rest.getForObject(url, String.class);
    }

    private static UnaryOperator<String> jdkAsync() {
        HttpClient client = HttpClient.newHttpClient();
        return url -> client.sendAsync(
                        HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString())
                .thenApply(HttpResponse::body)
                .join();
    }

    private static UnaryOperator<String> httpClient4() {
        CloseableHttpClient client = org.apache.http.impl.client.HttpClients.createDefault();
        return url -> {
            try (CloseableHttpResponse answer = client.execute(new HttpGet(url))) {
                return EntityUtils.toString(answer.getEntity());
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        };
    }

    private static UnaryOperator<String> okHttp() {
        OkHttpClient client = new OkHttpClient();
        return url -> {
            try (Response answer =
                    client.newCall(new Request.Builder().url(url).build()).execute()) {
                return answer.body().string();
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        };
    }

    private static UnaryOperator<String> okHttpAsync() {
        OkHttpClient client = new OkHttpClient();
        return url -> {
            CompletableFuture<String> body = new CompletableFuture<>();
            client.newCall(new Request.Builder().url(url).build()).enqueue(new Callback() {
                @Override
                public void onFailure(Call call, IOException failed) {
                    body.completeExceptionally(failed);
                }

                @Override
                public void onResponse(Call call, Response answer) throws IOException {
                    try (answer) {
                        body.complete(answer.body().string());
                    }
                }
            });
            return body.join();
        };
    }
}
