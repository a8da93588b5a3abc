package dev.weft.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessesTest {
    private static final List<String> LONG = List.of("sleep", "600");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path logs;

    @Test
    void closingEndsEveryProcessAndStartsNoMore() throws IOException {
        var processes = new Processes(logs);
        var one = processes.start("one", LONG, Map.of());
        var two = processes.start("two", LONG, Map.of());

        processes.close();

        assertFalse(one.isAlive());
        assertFalse(two.isAlive());
        assertThrows(IOException.class, () -> processes.start("three", LONG, Map.of()));
    }

    @Test
    void aProcessSeesOnlyTheEnvironmentItIsGiven() throws Exception {
        try (var processes = new Processes(logs)) {
            processes.start("env", List.of("env"), Map.of("WEFT_VERSION", "v2")).waitFor();
        }
        var names = Files.readAllLines(logs.resolve("env.log")).stream()
                .map(line -> line.split("=", 2)[0])
                .toList();

        assertTrue(names.contains("WEFT_VERSION"), names.toString());
        assertTrue(
                List.of("WEFT_VERSION", "PATH", "HOME", "USER", "LANG", "LC_ALL", "TZ", "TMPDIR", "PWD", "SHLVL", "_")
                        .containsAll(names),
                names.toString());
    }

    @Test
    void noProcessOutlivesAStoryThatIsKilled() throws Exception {
        var story = new ProcessBuilder(
                        Options.java().toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Sleeper.class.getName(),
                        logs.toString())
                .redirectErrorStream(true)
                .start();
        long child;
        try (var out = story.inputReader()) {
            child = Long.parseLong(out.readLine());
            assertTrue(ProcessHandle.of(child).orElseThrow().isAlive());
            story.destroyForcibly();
        }
        assertEquals(137, story.waitFor());

        Wait.until(
                "the child is gone",
                Duration.ofSeconds(90),
                () -> ProcessHandle.of(child).filter(ProcessHandle::isAlive).isEmpty());
    }

    /** A story that only starts one long process, tells its id and waits to be killed. */
    static final class Sleeper {
        public static void main(String[] args) throws Exception {
            var process = new Processes(Path.of(args[0])).start("child", LONG, Map.of());
            System.out.println(process.pid());
            process.waitFor();
        }
    }
}
