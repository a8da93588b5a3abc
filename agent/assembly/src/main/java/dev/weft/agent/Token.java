package dev.weft.agent;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;

/** A secret of 128 bits, in hexadecimal digits. */
final class Token {
    private static final int BYTES = 16;

    private Token() {}

    static String make() {
        byte[] bytes = new byte[BYTES];
        // Straight from the kernel: SecureRandom would first load the JVM's security providers.
        try (InputStream in = Files.newInputStream(Path.of("/dev/urandom"))) {
            if (in.readNBytes(bytes, 0, BYTES) < BYTES) {
                new SecureRandom().nextBytes(bytes);
            }
        } catch (IOException e) {
            new SecureRandom().nextBytes(bytes); // not a system that has it
        }
        StringBuilder out = new StringBuilder(2 * BYTES);
        for (byte b : bytes) {
            out.append(Character.forDigit(b >> 4 & 15, 16)).append(Character.forDigit(b & 15, 16));
        }
        return out.toString();
    }
}
