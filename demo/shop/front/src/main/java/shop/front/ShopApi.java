package shop.front;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;

/** The shop as JSON. */
@RestController
@RequestMapping("/api")
class ShopApi {
    /** Who is looking: customers, testers, ... The front page passes it on with every order. */
    static final String GROUP = "x-user-group";

    record Problem(String cause) {}

    private final Catalogue catalogue;
    private final RestClient orders;

    ShopApi(Catalogue catalogue, RestClient orders) {
        this.catalogue = catalogue;
        this.orders = orders;
    }

    @GetMapping("/page/{user}")
    CompletableFuture<Catalogue.Page> page(@PathVariable String user) {
        return catalogue.page(user);
    }

    @GetMapping("/quotes/{sku}")
    JsonNode quote(@PathVariable String sku, @RequestHeader(name = GROUP, defaultValue = "customers") String group) {
        return orders.get()
                .uri("/quotes/{sku}", sku)
                .header(GROUP, group)
                .retrieve()
                .body(JsonNode.class);
    }

    @PostMapping("/orders")
    @ResponseStatus(HttpStatus.CREATED)
    JsonNode order(
            @RequestBody JsonNode order, @RequestHeader(name = GROUP, defaultValue = "customers") String group) {
        return orders.post()
                .uri("/orders")
                .header(GROUP, group)
                .contentType(MediaType.APPLICATION_JSON)
                .body(order)
                .retrieve()
                .body(JsonNode.class);
    }

    @ExceptionHandler({RestClientException.class, IOException.class, UncheckedIOException.class})
    @ResponseStatus(HttpStatus.BAD_GATEWAY)
    Problem unreachable(Exception cause) {
        return new Problem("front: " + cause);
    }
}
