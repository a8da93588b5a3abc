package shop.order;

import java.io.IOException;
import java.util.List;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClientException;
import org.springframework.web.util.HtmlUtils;

@RestController
class OrderController {
    record NewOrder(String id, String user, String sku, int quantity) {}

    record Placed(String id, String customer, int total, String version, long product) {}

    record Quote(String sku, int price, String version, long product) {}

    record Problem(String cause) {}

    private final Orders orders;
    private final Shop shop;
    private final String version;

    OrderController(Orders orders, Shop shop, @Value("${order.version}") String version) {
        this.orders = orders;
        this.shop = shop;
        this.version = version;
    }

    @PostMapping("/orders")
    @ResponseStatus(HttpStatus.CREATED)
    Placed place(@RequestBody NewOrder order) throws IOException, InterruptedException {
        var user = shop.user(order.user());
        var product = shop.product(order.sku());
        shop.reserve(order.id(), product.sku(), order.quantity());
        int total = product.price() * order.quantity();
        orders.add(new Orders.Row(order.id(), user.name(), product.sku(), order.quantity(), total, version));
        return new Placed(order.id(), user.name(), total, version, product.process());
    }

    @GetMapping("/quotes/{sku}")
    Quote quote(@PathVariable String sku) {
        var product = shop.product(sku);
        return new Quote(product.sku(), product.price(), version, product.process());
    }

    @GetMapping("/orders")
    List<Orders.Row> latest() {
        return orders.latest(10);
    }

    @GetMapping("/orders/ids")
    List<String> ids() {
        return orders.ids();
    }

    @GetMapping(path = "/", produces = MediaType.TEXT_HTML_VALUE)
    String page() {
        var rows = new StringBuilder();
        for (var row : orders.latest(100)) {
            rows.append("<tr><td>%s<td>%s<td>%s<td>%d<td>%d"
                    .formatted(
                            HtmlUtils.htmlEscape(row.id()),
                            HtmlUtils.htmlEscape(row.customer()),
                            HtmlUtils.htmlEscape(row.sku()),
                            row.quantity(),
                            row.total()));
        }
        return """
                <!doctype html><title>Orders %1$s</title>
                <h1>The latest orders of order %1$s</h1>
                <table border="1"><tr><th>id<th>customer<th>product<th>quantity<th>total%2$s</table>
                """
                .formatted(version, rows);
    }

    @ExceptionHandler({RestClientException.class, IOException.class})
    @ResponseStatus(HttpStatus.BAD_GATEWAY)
    Problem unreachable(Exception cause) {
        return new Problem("order: " + cause);
    }
}
