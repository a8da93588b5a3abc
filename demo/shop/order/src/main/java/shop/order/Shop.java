package shop.order;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Service;
import org.springframework.web.client.RestTemplate;
import org.springframework.web.server.ResponseStatusException;

/** The other services of the shop, called by name. */
@Service
class Shop {
    record Product(String sku, String name, int price, long process) {}

    record User(String id, String name) {}

    private record Reservation(String order, String sku, int quantity) {}

    private final RestTemplate products;
    private final HttpClient users;
    private final ObjectMapper json;

    Shop(RestTemplate products, HttpClient users, ObjectMapper json) {
        this.products = products;
        this.users = users;
        this.json = json;
    }

    Product product(String sku) {
        return products.getForObject("http://product/products/{sku}", Product.class, sku);
    }

    /** Puts the goods aside. Nobody may do that twice for an order, so it is not to be sent again. */
    void reserve(String order, String sku, int quantity) {
        products.postForLocation("http://product/reservations", new Reservation(order, sku, quantity));
    }

    User user(String id) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://user/users/" + id))
                .timeout(Duration.ofSeconds(30))
                .build();
        var answer = users.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new ResponseStatusException(HttpStatus.BAD_GATEWAY, "user answered " + answer.statusCode());
        }
        return json.readValue(answer.body(), User.class);
    }
}
