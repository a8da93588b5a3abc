package dev.weft.client.identity;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file that holds a bearer token, which may be replaced at any time. */
public record TokenFile(Path file) {
    /**
     * Reads it: not for a thread that must not wait.
     *
     * @param whose who is shown it, for people
     */
    public String read(String whose) throws IOException {
        String token;
        try {
            token = Files.readString(file, StandardCharsets.US_ASCII).trim();
        } catch (IOException e) {
            throw new IOException("token for " + whose + ": " + e, e);
        }
        if (token.isEmpty()) {
            throw new IOException("token for " + whose + ": " + file + " is empty");
        }
        return token;
    }

    /** Null for no file. */
    public static @Nullable TokenFile of(@Nullable Path file) {
        return file == null ? null : new TokenFile(file);
    }
}
