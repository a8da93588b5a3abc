package dev.weft.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the JVM has made of the classes of {@code weft.jar} once (JEP 350): tests start it again and again, and most of
 * such a start is to read classes. Made anew in each run, since it is of the jars as they are now.
 */
final class Archive {
    private static final int TERMINATED = 143;

    private static @Nullable Path made;

    private Archive() {}

    /**
     * The option by which a JVM uses it.
     *
     * @param options those that it has otherwise
     */
    static synchronized String option(List<String> options) throws IOException, InterruptedException {
        Path archive = made;
        if (archive == null) {
            archive = make(options);
            made = archive;
        }
        return "-XX:SharedArchiveFile=" + archive;
    }

    /** By a control plane that starts, is asked for something, and ends. */
    private static Path make(List<String> options) throws IOException, InterruptedException {
        Path folder = Files.createDirectories(Path.of("target", "archive").toAbsolutePath());
        Path archive = folder.resolve("weft.jsa");
        Files.deleteIfExists(archive);
        Path said = folder.resolve("said");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of(
                "-XX:ArchiveClassesAtExit=" + archive,
                "-jar",
                Jvm.WEFT.toString(),
                "control-plane",
                "--config",
                Files.createDirectories(folder.resolve("rules")).toString(),
                "--xds",
                "127.0.0.1:0",
                "--rest",
                "127.0.0.1:0"));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(said.toFile());
        builder.environment().put("WEFT_RUNTIME_DIR", folder.resolve("run").toString());
        Process process = builder.start();
        try (BufferedReader out = process.inputReader()) {
            String line = out.readLine();
            while (line != null && !line.contains(" ready after ")) {
                line = out.readLine();
            }
            process.toHandle().destroy(); // which, unlike that of the process, leaves its output to be read
            out.transferTo(Writer.nullWriter());
            assertEquals(TERMINATED, process.waitFor(), () -> "no archive: " + text(said));
        } finally {
            process.destroyForcibly();
        }
        return archive;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
