package dev.weft.vectors;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class PlayTest {
    @Test
    void eachFindingHasAPartOfItsOwn() {
        Play.findings("refused", List.of("keys", "a.keys: is empty"), List.of("a.keys: is empty", "b.keys: is empty"));
        assertThrows(
                Mismatch.class,
                () -> Play.findings("refused", List.of("is empty"), List.of("a: is empty", "b: is empty")));
        assertThrows(Mismatch.class, () -> Play.findings("refused", List.of("a", "is empty"), List.of("a: is empty")));
        assertThrows(Mismatch.class, () -> Play.findings("refused", List.of(), List.of("a: is empty")));
    }
}
