package dev.weft.engine.policy;

import dev.weft.engine.call.Refusal;
import dev.weft.engine.snapshot.StatefulSession.Key;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** How a session is written. */
public final class Keeping {
    /** Of the message {@code envoy.Cookie}: {@code string address = 1}, and the longest that it can be here. */
    private static final int ADDRESS = 1 << 3 | 2;

    private static final int LONGEST = 127;

    private Keeping() {}

    /** Whether requests for this path are of the session (RFC 6265, section 5.1.4). */
    public static boolean concerns(Key key, String target) {
        if (!(key instanceof Key.Cookie cookie) || cookie.path().isEmpty()) {
            return true;
        }
        String path = cookie.path();
        if (!target.startsWith(path)) {
            return false;
        }
        return path.endsWith("/")
                || target.length() == path.length()
                || "/?#".indexOf(target.charAt(path.length())) >= 0;
    }

    /**
     * The address that a request says, as Envoy writes addresses; null where it says none that can be read. When a
     * cookie is too old is up to who keeps it: the time that Envoy writes into it is not looked at.
     */
    public static @Nullable String address(@Nullable String value) {
        if (value == null || value.isEmpty() || value.length() > 4 * LONGEST) {
            return null;
        }
        byte[] decoded;
        try {
            decoded = Base64.getDecoder().decode(value);
        } catch (IllegalArgumentException notOurs) {
            return null; // whoever wrote it, it names no endpoint
        }
        int from = 0;
        int to = decoded.length;
        if (to > 0 && decoded[0] == ADDRESS) {
            from = 2;
            to = decoded.length > 1 ? 2 + decoded[1] : 0;
        }
        return from >= to || to > decoded.length
                ? null
                : new String(decoded, from, to - from, StandardCharsets.ISO_8859_1);
    }

    /** What the answer of this endpoint says. */
    public static Refusal.Header answer(Key key, String address) {
        byte[] text = address.getBytes(StandardCharsets.ISO_8859_1);
        if (!(key instanceof Key.Cookie cookie)) {
            return new Refusal.Header(
                    ((Key.Header) key).name(), Base64.getEncoder().encodeToString(text));
        }
        byte[] message = new byte[text.length + 2];
        message[0] = ADDRESS;
        message[1] = (byte) text.length;
        System.arraycopy(text, 0, message, 2, text.length);
        StringBuilder set = new StringBuilder(cookie.name()).append("=\"");
        set.append(Base64.getEncoder().encodeToString(message)).append('"');
        if (cookie.ttlSeconds() > 0) {
            set.append("; Max-Age=").append(cookie.ttlSeconds());
        }
        if (!cookie.path().isEmpty()) {
            set.append("; Path=").append(cookie.path());
        }
        return new Refusal.Header("set-cookie", set.append("; HttpOnly").toString());
    }
}
