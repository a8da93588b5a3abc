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
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
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
        assertEquals("2026-01-01T12:00:00.000Z", line.get("time").asText());
        assertEquals("warn", line.get("level").asText());
        assertEquals("rules: \"a\\b\"\n\u0001 \u007f ü", line.get("message").asText());
        JsonNode error = new ObjectMapper().readTree(lines[1]);
        assertTrue(error.get("message").asText().contains("IllegalStateException: why\n\tat "), lines[1]);
    }

    @Test
    void aLineForPeopleCannotBeForged() {
        log(false).info("client a\n2026-01-01T12:00:00Z error forged");
        assertEquals(
                "2026-01-01T12:00:00.000Z info  client a 2026-01-01T12:00:00Z error forged\n",
                out.toString(StandardCharsets.UTF_8));
    }

    @Test
    void linesThatAreHeldBackComeInOrderWithThoseOfOthersAndWithWhateverIsWrong() throws InterruptedException {
        Log log = log(false);
        log.heldBy(Thread.currentThread());
        log.info("one");
        assertEquals("", out.toString(StandardCharsets.UTF_8));
        Thread other = new Thread(() -> log.info("two"));
        other.start();
        other.join();
        log.info("three");
        log.warn("four");
        log.info("five");
        assertEquals(List.of("one", "two", "three", "four"), messages());
        log.flush();
        assertEquals(List.of("one", "two", "three", "four", "five"), messages());
    }

    @Test
    void aCauseIsQuietForAMinuteAndNoLongerWhoeverSetsTheClock() {
        AtomicReference<Instant> now = new AtomicReference<>(NOON);
        Clock clock = new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return now.get();
            }
        };
        Log log = new Log(new PrintStream(out, true, StandardCharsets.UTF_8), clock, false);
        log.warn("cause", "one");
        now.set(NOON.plusSeconds(59));
        log.warn("cause", "two");
        now.set(NOON.minusSeconds(3_600));
        log.warn("cause", "three");
        log.warn("cause", "four");
        now.set(NOON.minusSeconds(3_540));
        log.warn("cause", "five");
        assertEquals(List.of("one", "three", "five"), messages());
    }

    @Test
    void noMoreIsHeldBackThanALittle() {
        Log log = log(false);
        log.heldBy(Thread.currentThread());
        for (int i = 0; i < 1_000; i++) {
            log.info("a line of some length, which is held back with the others");
        }
        assertTrue(messages().size() > 500, out.size() + " bytes");
    }

    private List<String> messages() {
        return out.toString(StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.substring(31))
                .toList();
    }
}
