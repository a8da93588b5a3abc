package dev.weft.admin;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A request to the admin endpoint; bodies are not read, no page needs one.
 *
 * @param path decoded, without the query
 * @param query decoded names and values, in order; the value of a name that stands alone is empty
 * @param headers names in lower case and values, in order
 */
public record AdminRequest(String method, String path, List<Pair> query, List<Pair> headers) {
    /** A name and its value. */
    public record Pair(String name, String value) {}

    /** A request line or header that is not HTTP/1.1. */
    public static final class Malformed extends Exception {
        private static final long serialVersionUID = 1;

        Malformed(String what) {
            super(what, null, false, false);
        }
    }

    /** @param head everything up to the empty line */
    public static AdminRequest parse(String head) throws Malformed {
        String[] lines = head.split("\r\n", -1);
        String[] first = lines[0].split(" ", -1);
        if (first.length != 3 || !first[2].startsWith("HTTP/1.") || !first[1].startsWith("/")) {
            throw new Malformed("not an HTTP/1.1 request line");
        }
        List<Pair> headers = new ArrayList<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            if (colon <= 0 || lines[i].charAt(colon - 1) == ' ' || lines[i].charAt(0) == ' ') {
                throw new Malformed("not a header");
            }
            String name = lines[i].substring(0, colon).toLowerCase(Locale.ROOT);
            headers.add(new Pair(name, lines[i].substring(colon + 1).trim()));
        }
        return of(first[0], first[1], headers);
    }

    /**
     * One whose head has been read.
     *
     * @param target path and query as they came
     * @param headers names in lower case and values, in order
     */
    public static AdminRequest of(String method, String target, List<Pair> headers) throws Malformed {
        int question = target.indexOf('?');
        String path = question < 0 ? target : target.substring(0, question);
        List<Pair> query = new ArrayList<>();
        if (question >= 0) {
            for (String part : target.substring(question + 1).split("&")) {
                int equals = part.indexOf('=');
                String name = equals < 0 ? part : part.substring(0, equals);
                if (!name.isEmpty()) {
                    query.add(new Pair(decode(name), equals < 0 ? "" : decode(part.substring(equals + 1))));
                }
            }
        }
        return new AdminRequest(method, decode(path), List.copyOf(query), List.copyOf(headers));
    }

    private static String decode(String text) throws Malformed {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new Malformed("not a percent encoding");
        }
    }

    /** The first value of a header, or null. */
    public @Nullable String header(String lowerCaseName) {
        return first(headers, lowerCaseName);
    }

    /** The first value of a parameter, or null. */
    public @Nullable String parameter(String name) {
        return first(query, name);
    }

    /** Whether a parameter is given, with or without a value. */
    public boolean has(String parameter) {
        return parameter(parameter) != null;
    }

    /**
     * Whether text is wanted and not JSON: by {@code ?format=}, else by {@code Accept}.
     *
     * @param usually where neither says it
     */
    public boolean wantsText(boolean usually) {
        String format = parameter("format");
        if (format != null && (format.equals("text") || format.equals("json"))) {
            return format.equals("text");
        }
        String accept = header("accept");
        if (accept == null || accept.contains("text/plain") == accept.contains("application/json")) {
            return usually;
        }
        return accept.contains("text/plain");
    }

    private static @Nullable String first(List<Pair> pairs, String name) {
        for (Pair pair : pairs) {
            if (pair.name().equals(name)) {
                return pair.value();
            }
        }
        return null;
    }
}
