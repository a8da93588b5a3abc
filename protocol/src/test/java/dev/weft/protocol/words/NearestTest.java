package dev.weft.protocol.words;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestTest {
    private static final List<String> KNOWN = List.of("perTryTimeout", "timeout", "retries");

    @Test
    void itIsTheOneThatTakesTheFewestChanges() {
        assertEquals("timeout", Nearest.to("timout", KNOWN));
        assertEquals("perTryTimeout", Nearest.to("PERTRYTIMEOUT", KNOWN));
        assertEquals("retries", Nearest.to("retires", KNOWN));
        assertEquals("a", Nearest.to("c", List.of("a", "b")), "the first of two that are as near");
    }

    @Test
    void whatIsFarFromAllIsHelpfulOnlyWhereThereIsNothingElse() {
        assertNull(Nearest.to("fault", KNOWN));
        assertEquals("timeout", Nearest.of("fault", KNOWN));
        String long1 = "timeout".repeat(10_000);
        assertNull(Nearest.to(long1, KNOWN));
        assertEquals("perTryTimeout", Nearest.of(long1, KNOWN));
        assertThrows(IllegalArgumentException.class, () -> Nearest.of("a", List.of()));
    }
}
