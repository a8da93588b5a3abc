package dev.weft.agent.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.agent.log.jul.Level;
import dev.weft.agent.log.jul.Logger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogTest {
    @TempDir
    Path directory;

    private static List<String> texts(Log log) {
        return log.lines().stream().map(LogLine::text).toList();
    }

    @Test
    void linesBelowTheThresholdAreNotKept() {
        Log log = new Log(LogLevel.WARN, null);
        log.say(LogLevel.INFO, "chatter");
        log.say(LogLevel.ERROR, "failure");
        assertEquals(List.of("failure"), texts(log));
        assertFalse(new Log(LogLevel.OFF, null).shows(LogLevel.ERROR));
    }

    @Test
    void aFailureIsLoggedOncePerCauseAndMinute() {
        Log log = new Log(LogLevel.INFO, null);
        for (int i = 0; i < 100; i++) {
            log.failure("cause", LogLevel.WARN, "failure " + i);
        }
        log.failure("other cause", LogLevel.WARN, "other");
        assertEquals(List.of("failure 0", "other"), texts(log));
    }

    @Test
    void theNewestLinesAreKept() {
        Log log = new Log(LogLevel.INFO, null);
        for (int i = 0; i < 10_000; i++) {
            log.say(LogLevel.INFO, "line " + i);
        }
        assertTrue(log.lines().size() <= 1000);
        assertEquals("line 9999", log.lines().get(log.lines().size() - 1).text());
    }

    @Test
    void theFileIsBounded() throws IOException {
        Path path = directory.resolve("weft.log");
        Log log = new Log(LogLevel.INFO, new LogFile(path, 10_000));
        for (int i = 0; i < 1_000; i++) {
            log.say(LogLevel.INFO, "a line of some length, number " + i);
        }
        assertTrue(Files.size(path) <= 10_000);
        assertTrue(Files.size(directory.resolve("weft.log.1")) <= 10_000);
        assertTrue(Files.readString(path).endsWith("number 999" + System.lineSeparator()));
    }

    @Test
    void aFileThatCannotBeWrittenCostsNothing() {
        Log log = new Log(LogLevel.INFO, new LogFile(Path.of("/no/such/directory/weft.log")));
        log.say(LogLevel.INFO, "still in memory");
        assertEquals(List.of("still in memory"), texts(log));
    }

    @Test
    void warningsOfBundledLibrariesArriveAndTheirChatterDoesNot() {
        Log log = new Log(LogLevel.INFO, null);
        Logger.sendTo(log);
        Logger logger = Logger.getLogger("io.some.Library");
        logger.log(Level.WARNING, "{0} of {1} failed", new Object[] {1, 2});
        logger.log(Level.FINE, "chatter");
        logger.info("chatter");
        assertEquals(List.of("io.some.Library: 1 of 2 failed"), texts(log));
        assertFalse(logger.isLoggable(Level.FINE));
    }
}
