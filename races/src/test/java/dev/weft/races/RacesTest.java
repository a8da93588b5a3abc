package dev.weft.races;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All races, one after the other, in JVMs of their own; any outcome that a race does not name is a failure. */
@Tag("long")
class RacesTest {
    private static final long LIMIT_SECONDS = 1200;

    @TempDir
    Path folder;

    @Test
    void noRaceHasAForbiddenOutcome() throws IOException, InterruptedException {
        Path said = folder.resolve("jcstress.txt");
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                absolute(System.getProperty("java.class.path")),
                "org.openjdk.jcstress.Main",
                "-r",
                folder.resolve("report").toString(),
                // Arguments of ours are the only ones: each race runs in one way.
                "-sc",
                "false",
                "-jvmArgs",
                "-XX:+UseSerialGC",
                "-f",
                "1",
                "-iters",
                "3",
                "-time",
                "500",
                "-strideSize",
                "64",
                "-strideCount",
                "8");
        Process jcstress = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        try {
            assertTrue(jcstress.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS), () -> "too slow\n" + read(said));
        } finally {
            jcstress.destroyForcibly();
        }
        String text = read(said);
        assertEquals(0, jcstress.exitValue(), text);
        int races = Files.readAllLines(list()).size();
        assertTrue(text.contains("All remaining tests: " + races + " matching"), text);
    }

    private static String absolute(String classPath) {
        return String.join(
                File.pathSeparator,
                List.of(classPath.split(File.pathSeparator)).stream()
                        .map(entry -> Path.of(entry).toAbsolutePath().toString())
                        .toList());
    }

    /** What the annotation processor has found. */
    private static Path list() {
        return Path.of("target", "test-classes", "META-INF", "TestList");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "can't be read: " + e;
        }
    }
}
