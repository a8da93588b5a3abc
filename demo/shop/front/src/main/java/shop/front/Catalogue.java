package shop.front;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.springframework.stereotype.Service;

/** What the page shows: the user and the products, asked for at the same time. */
@Service
class Catalogue {
    record Page(JsonNode user, JsonNode products) {}

    private final HttpClient client;
    private final ObjectMapper json;

    Catalogue(HttpClient client, ObjectMapper json) {
        this.client = client;
        this.json = json;
    }

    CompletableFuture<Page> page(String user) {
        return get("http://user/users/" + user).thenCombine(get("http://product/products"), Page::new);
    }

    private CompletableFuture<JsonNode> get(String url) {
        var request = HttpRequest.newBuilder(URI.create(url))
                .timeout(Duration.ofSeconds(30))
                .build();
        return client.sendAsync(request, HttpResponse.BodyHandlers.ofString()).thenApply(answer -> read(url, answer));
    }

    private JsonNode read(String url, HttpResponse<String> answer) {
        try {
            if (answer.statusCode() != 200) {
                throw new IOException(url + " answered " + answer.statusCode());
            }
            return json.readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
