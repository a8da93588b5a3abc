package dev.weft.proxy.health;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a command has said. A file, not a pipe: a pipe that nobody empties stops who writes to it, and its end comes only
 * when the last child has gone that it was handed to.
 */
final class CommandOutput {
    private static final int MOST_BYTES = 1_024;
    private static final int MOST_CHARACTERS = 200;

    private CommandOutput() {}

    /** Null where no file can be written: then it is not known. */
    static @Nullable Path create() {
        try {
            return Files.createTempFile("weft-health-", ".out");
        } catch (IOException e) {
            return null;
        }
    }

    static void delete(@Nullable Path output) {
        try {
            if (output != null) {
                Files.deleteIfExists(output);
            }
        } catch (IOException e) {
            output.toFile().deleteOnExit();
        }
    }

    /** The last line that isn't blank, after a colon; empty where there is none. */
    static String lastLine(@Nullable Path output) {
        if (output == null) {
            return "";
        }
        byte[] end;
        try (RandomAccessFile file = new RandomAccessFile(output.toFile(), "r")) {
            end = new byte[(int) Math.min(MOST_BYTES, file.length())];
            file.seek(file.length() - end.length);
            file.readFully(end);
        } catch (IOException e) {
            return ", and what it says can't be read: " + e.getMessage();
        }
        String text = new String(end, StandardCharsets.UTF_8).strip();
        String line = text.substring(text.lastIndexOf('\n') + 1).strip();
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < line.length() && i < MOST_CHARACTERS; i++) {
            plain.append(Character.isISOControl(line.charAt(i)) ? ' ' : line.charAt(i));
        }
        return plain.isEmpty() ? "" : ": " + plain;
    }
}
