package dev.weft.engine.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NameSketchTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"", "a", "ab", "abc", "order", "order.shop.svc.cluster.local", "[fe80::1]", "10.0.0.1", "é"})
    void aNameIsFoundInAnyCaseAndWithADotAtItsEnd(String name) {
        NameSketch sketch = NameSketch.of(List.of(name));
        assertTrue(sketch.mayHave(NameSketch.print(name)));
        assertTrue(sketch.mayHave(NameSketch.print(name.toUpperCase(Locale.ROOT))));
        assertTrue(sketch.mayHave(NameSketch.print(name + ".")));
    }

    @Test
    void whereThereAreNoNamesNoneIsFound() {
        assertFalse(NameSketch.of(List.of()).mayHave(NameSketch.print("order")));
    }

    @Test
    void ofOrdinaryStrangersFewGetBy() {
        List<String> words =
                List.of("order", "user", "product", "billing", "cart", "search", "mail", "stock", "price", "auth");
        List<String> names = IntStream.range(0, 1000)
                .mapToObj(i -> words.get(i % 10) + "-" + i)
                .flatMap(name -> Stream.of(name, name + ".shop", name + ".shop.svc.cluster.local"))
                .toList();
        NameSketch sketch = NameSketch.of(names);
        names.forEach(name -> assertTrue(sketch.mayHave(NameSketch.print(name)), name));

        List<String> strangers = Stream.of(
                        "api.example.com", "www.example.org", "db-%d.internal", "%d.example.net", "cdn%d.test")
                .flatMap(form -> IntStream.range(0, 200).mapToObj(i -> form.replace("%d", "" + i)))
                .toList();
        long by = strangers.stream()
                .filter(name -> sketch.mayHave(NameSketch.print(name)))
                .count();
        assertTrue(by <= strangers.size() / 4, by + " of " + strangers.size());
        assertEquals(1000, strangers.size());
    }
}
