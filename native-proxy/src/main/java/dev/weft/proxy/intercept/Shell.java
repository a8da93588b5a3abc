package dev.weft.proxy.intercept;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** How programs of the system are run. */
@FunctionalInterface
public interface Shell {
    /** A program that isn't there ends with this, as in a shell. */
    int NOT_FOUND = 127;

    /**
     * @param input what it reads
     * @throws IOException it can't be run, or doesn't end
     */
    Ran run(List<String> command, String input) throws IOException;

    record Ran(int status, String out, String error) {}

    /** On this host; as it has to be. */
    static Shell ofTheHost() {
        return Shell::runHere;
    }

    private static Ran runHere(List<String> command, String input) throws IOException {
        // Files, not pipes: what is written to a pipe that nobody empties waits for ever.
        Path in = Files.createTempFile("weft-intercept", ".in");
        Path out = Files.createTempFile("weft-intercept", ".out");
        Path error = Files.createTempFile("weft-intercept", ".err");
        try {
            Files.writeString(in, input);
            var builder = new ProcessBuilder(command)
                    .redirectInput(in.toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(error.toFile());
            // Where root has them, but not everybody's path.
            builder.environment().merge("PATH", "/usr/sbin:/sbin", (own, more) -> own + ":" + more);
            Process process;
            try {
                process = builder.start();
            } catch (IOException e) {
                return new Ran(NOT_FOUND, "", command.get(0) + " is not there: " + e.getMessage());
            }
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException(String.join(" ", command) + " did not end within 30 s");
            }
            return new Ran(process.exitValue(), text(out), text(error));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + command.get(0) + " ran", e);
        } finally {
            Files.delete(in);
            Files.delete(out);
            Files.delete(error);
        }
    }

    private static String text(Path path) throws IOException {
        return Files.readString(path, StandardCharsets.ISO_8859_1);
    }
}
