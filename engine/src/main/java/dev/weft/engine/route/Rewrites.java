package dev.weft.engine.route;

import dev.weft.engine.snapshot.Match.PathMatch;
import dev.weft.engine.snapshot.PathRewrite;
import java.nio.charset.StandardCharsets;

/** What becomes of the path of a request. */
public final class Rewrites {
    private static final String HEX = "0123456789ABCDEF";

    private Rewrites() {}

    /**
     * The target with another path, percent-encoded where need be; what follows the path stays.
     *
     * @param matched the condition that this path has met
     * @param end of the path in the target
     */
    public static String apply(PathRewrite rewrite, PathMatch matched, String target, int end) {
        String path = encoded(path(rewrite, matched, target, end));
        // What begins with two slashes is an authority to some libraries.
        while (path.startsWith("//")) {
            path = path.substring(1);
        }
        return path + target.substring(end);
    }

    private static String path(PathRewrite rewrite, PathMatch matched, String target, int end) {
        if (rewrite instanceof PathRewrite.Regex regex) {
            return rooted(regex.substitution().apply(target.substring(0, end)));
        }
        if (rewrite instanceof PathRewrite.Template template) {
            return template.substitution().apply(target.substring(0, end));
        }
        String replacement = ((PathRewrite.Prefix) rewrite).replacement();
        return replacement + target.substring(matched(matched, end), end);
    }

    /** What a rule writes need not be a path that a library lets through; nothing in it may end the path. */
    private static String encoded(String path) {
        for (int i = 0; i < path.length(); i++) {
            if (!sendable(path, i)) {
                return encode(path);
            }
        }
        return path;
    }

    private static boolean sendable(String path, int i) {
        char c = path.charAt(i);
        if (c == '%') { // one that begins no escape stands for itself
            return i + 2 < path.length()
                    && Character.digit(path.charAt(i + 1), 16) >= 0
                    && Character.digit(path.charAt(i + 2), 16) >= 0;
        }
        return c > ' ' && c <= '~' && "\"#<>?[\\]^`{|}".indexOf(c) < 0;
    }

    private static String encode(String path) {
        StringBuilder out = new StringBuilder();
        String bytes = new String(path.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        for (int i = 0; i < bytes.length(); i++) {
            char c = bytes.charAt(i);
            if (sendable(bytes, i)) {
                out.append(c);
            } else {
                out.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
            }
        }
        return out.toString();
    }

    /** How much of the path the condition speaks of: its text where it is a prefix, else all. */
    private static int matched(PathMatch match, int end) {
        if (match instanceof PathMatch.Prefix prefix) {
            return prefix.prefix().length();
        }
        return match instanceof PathMatch.SeparatedPrefix prefix
                ? prefix.prefix().length()
                : end;
    }

    /** A path that does not begin with a slash can't be sent. */
    private static String rooted(String path) {
        return path.startsWith("/") ? path : "/" + path;
    }
}
