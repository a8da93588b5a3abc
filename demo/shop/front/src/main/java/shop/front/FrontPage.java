package shop.front;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;
import org.springframework.web.util.HtmlUtils;

/** The shop for people: a page with the products, an order form and the latest orders. */
@RestController
class FrontPage {
    private final Catalogue catalogue;
    private final RestClient orders;

    FrontPage(Catalogue catalogue, RestClient orders) {
        this.catalogue = catalogue;
        this.orders = orders;
    }

    @GetMapping(path = "/", produces = MediaType.TEXT_HTML_VALUE)
    String page(
            @RequestParam(defaultValue = "ada") String user, @RequestParam(defaultValue = "customers") String group) {
        var page = catalogue.page(user).join();
        var latest = orders.get()
                .uri("/orders")
                .header(ShopApi.GROUP, group)
                .retrieve()
                .body(JsonNode.class);
        var products = new StringBuilder();
        var options = new StringBuilder();
        for (var product : page.products()) {
            products.append("<tr><td>%s<td>%d<td>%d"
                    .formatted(
                            text(product, "name"),
                            product.path("price").asInt(),
                            product.path("process").asLong()));
            options.append("<option value=\"%s\">%s".formatted(text(product, "sku"), text(product, "name")));
        }
        var rows = new StringBuilder();
        for (var order : latest) {
            rows.append("<tr><td>%s<td>%s<td>%s<td>%s"
                    .formatted(
                            text(order, "id"),
                            text(order, "customer"),
                            text(order, "sku"),
                            text(order, "version")));
        }
        return """
                <!doctype html><title>Shop</title>
                <h1>Good day, %s</h1>
                <table border="1"><tr><th>product<th>price<th>told by process%s</table>
                <form method="post" action="/order">
                  <input type="hidden" name="id" value="%s"><input type="hidden" name="user" value="%s">
                  <input type="hidden" name="group" value="%s">
                  <select name="sku">%s</select> <input name="quantity" type="number" value="1" min="1">
                  <button>Order</button>
                </form>
                <h2>Latest orders</h2>
                <table border="1"><tr><th>id<th>customer<th>product<th>order service%s</table>
                """
                .formatted(
                        text(page.user(), "name"),
                        products,
                        UUID.randomUUID(),
                        HtmlUtils.htmlEscape(user),
                        HtmlUtils.htmlEscape(group),
                        options,
                        rows);
    }

    @PostMapping("/order")
    ResponseEntity<Void> order(
            @RequestParam String id,
            @RequestParam String user,
            @RequestParam String group,
            @RequestParam String sku,
            @RequestParam int quantity) {
        orders.post()
                .uri("/orders")
                .header(ShopApi.GROUP, group)
                .contentType(MediaType.APPLICATION_JSON)
                .body(Map.of("id", id, "user", user, "sku", sku, "quantity", quantity))
                .retrieve()
                .toBodilessEntity();
        return ResponseEntity.status(HttpStatus.SEE_OTHER)
                .header("Location", "/")
                .build();
    }

    @ExceptionHandler
    ResponseEntity<String> unreachable(Exception cause) {
        return ResponseEntity.status(HttpStatus.BAD_GATEWAY)
                .contentType(MediaType.TEXT_PLAIN)
                .body("The shop is closed: " + cause);
    }

    private static String text(JsonNode node, String field) {
        return HtmlUtils.htmlEscape(node.path(field).asText());
    }
}
