package dev.weft.control.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class LogTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private Log log(boolean isJson) {
        return new Log(
                new PrintStream(out, true, StandardCharsets.UTF_8), Clock.fixed(NOON, ZoneOffset.UTC), false, isJson);
    }

    @Test
    void aLineForMachinesIsOneObjectWhateverStandsInIt() throws IOException {
        log(true).warn("rules: \"a\\b\"\n\u0001 \u007f ü");
        log(true).error("failed", new IllegalStateException("why"));
        String[] lines = out.toString(StandardCharsets.UTF_8).split("\n", -1);
        assertEquals(3, lines.length);
        JsonNode line = new ObjectMapper().readTree(lines[0]);
        assertEquals("2026-01-01T12:00:00Z", line.get("time").asText());
        assertEquals("warn", line.get("level").asText());
        assertEquals("rules: \"a\\b\"\n\u0001 \u007f ü", line.get("message").asText());
        JsonNode error = new ObjectMapper().readTree(lines[1]);
        assertTrue(error.get("message").asText().contains("IllegalStateException: why\n\tat "), lines[1]);
    }

    @Test
    void aLineForPeopleCannotBeForged() {
        log(false).info("client a\n2026-01-01T12:00:00Z error forged");
        assertEquals(
                "2026-01-01T12:00:00Z info  client a 2026-01-01T12:00:00Z error forged\n",
                out.toString(StandardCharsets.UTF_8));
    }
}
