package shop.product;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

@RestController
class ProductController {
    record Product(String sku, String name, int price) {}

    /** A product, and which process of this service answered. */
    record Answer(String sku, String name, int price, long process) {}

    /** Goods that are put aside for an order. */
    record Reservation(String order, String sku, int quantity) {}

    private static final List<Product> PRODUCTS = List.of(
            new Product("tea", "Tea, 100 g", 4), new Product("cup", "A cup", 7), new Product("pot", "A tea pot", 29));

    private final long process = ProcessHandle.current().pid();
    private final Queue<Reservation> reservations = new ConcurrentLinkedQueue<>();

    @GetMapping("/products")
    List<Answer> products() {
        return PRODUCTS.stream().map(this::answer).toList();
    }

    @GetMapping("/products/{sku}")
    Answer product(@PathVariable String sku) {
        return PRODUCTS.stream()
                .filter(product -> product.sku().equals(sku))
                .findFirst()
                .map(this::answer)
                .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND, "no product " + sku));
    }

    /** A reservation that arrives twice is there twice. */
    @PostMapping("/reservations")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void reserve(@RequestBody Reservation reservation) {
        product(reservation.sku());
        reservations.add(reservation);
    }

    /** The orders for which this process has put something aside. */
    @GetMapping("/reservations/ids")
    List<String> reserved() {
        return reservations.stream().map(Reservation::order).toList();
    }

    private Answer answer(Product product) {
        return new Answer(product.sku(), product.name(), product.price(), process);
    }
}
