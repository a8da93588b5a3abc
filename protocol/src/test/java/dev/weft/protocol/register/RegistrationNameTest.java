package dev.weft.protocol.register;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;

class RegistrationNameTest {
    @Test
    void saysWhatIsOfferedWithLabelsInOrderAndEncoded() {
        assertEquals(
                "order:8081/http?a=1%262&version=v%202",
                RegistrationName.of("order", "8081", "http", Map.of("version", "v 2", "a", "1&2")));
        assertEquals("order:8081/http", RegistrationName.of("order", "8081", "http", Map.of()));
    }
}
