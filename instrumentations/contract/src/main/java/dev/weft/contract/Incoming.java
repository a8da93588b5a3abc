package dev.weft.contract;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An answer as the application got it.
 *
 * @param headers first value by name, any case
 * @param body streams as the library streams it; closing it gives the answer back to the library
 */
public record Incoming(int status, Function<String, @Nullable String> headers, InputStream body) {
    /** Reads the rest and closes. */
    public String text() throws IOException {
        try (body) {
            return new String(body.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
