package shop.product;

import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

@RestController
class ProductController {
    record Product(String sku, String name, int price) {}

    /** A product, and which process of this service answered. */
    record Answer(String sku, String name, int price, long process) {}

    private static final List<Product> PRODUCTS = List.of(
            new Product("tea", "Tea, 100 g", 4), new Product("cup", "A cup", 7), new Product("pot", "A tea pot", 29));

    private final long process = ProcessHandle.current().pid();

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

    private Answer answer(Product product) {
        return new Answer(product.sku(), product.name(), product.price(), process);
    }
}
