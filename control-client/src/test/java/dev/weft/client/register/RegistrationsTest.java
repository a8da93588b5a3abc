package dev.weft.client.register;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RegistrationsTest {
    private final Registrations registrations = new Registrations();

    @Test
    void aPortThatIsRegisteredAgainWithOtherLabelsReplacesTheFormer() {
        registrations.add("order", 8081, "http", Map.of("version", "v1"));
        registrations.add("order", 8082, "http", Map.of());
        assertEquals(
                List.of("order:8081/http?version=v2", "order:8082/http"),
                registrations.add("order", 8081, "http", Map.of("version", "v2")));
        assertEquals(List.of("order:8082/http"), registrations.remove("order", 8081));
    }

    @Test
    void anAnswerIsNewsOnce() {
        registrations.add("order", 8081, "http", Map.of());
        assertTrue(registrations.answered("order:8081/http", "UP"));
        assertFalse(registrations.answered("order:8081/http", "UP"));
        assertFalse(registrations.answered("order:9999/http", "UP"));
    }
}
