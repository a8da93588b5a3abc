package dev.weft.control.api;

import dev.weft.control.http.Request;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Versions of what is shown, and the conditions that clients make of them (RFC 9110, section 13). */
final class Etag {
    private Etag() {}

    static String of(Object content) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(content.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    static String quoted(String version) {
        return '"' + version + '"';
    }

    /** The version that a client insists on; null for none. */
    static @Nullable String ifMatch(Request request) throws ProblemException {
        String header = request.header("if-match");
        if (header == null) {
            return null;
        }
        String text = header.strip();
        if (text.length() < 3 || !text.startsWith("\"") || text.indexOf('"', 1) != text.length() - 1) {
            throw new ProblemException(400, "If-Match must be one strong entity tag, such as \"0123456789abcdef\"");
        }
        return text.substring(1, text.length() - 1);
    }

    /** Whether a client insists that there is nothing yet. */
    static boolean ifAbsent(Request request) throws ProblemException {
        String header = request.header("if-none-match");
        if (header != null && !header.strip().equals("*")) {
            throw new ProblemException(400, "If-None-Match is known for * only");
        }
        return header != null;
    }

    /** Refuses when what a client insists on isn't so. */
    static void check(Request request, @Nullable String version) throws ProblemException {
        if (ifAbsent(request) && version != null) {
            throw new ProblemException(412, "it exists already");
        }
        String wanted = ifMatch(request);
        if (wanted != null && !wanted.equals(version)) {
            throw new ProblemException(
                    412, version == null ? "it does not exist" : "it has changed: it is " + quoted(version));
        }
    }
}
