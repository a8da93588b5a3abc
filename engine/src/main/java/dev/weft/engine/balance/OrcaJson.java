package dev.weft.engine.balance;

import org.jspecify.annotations.Nullable;

/** The message {@code OrcaLoadReport} in protobuf's JSON: an object of numbers, and of objects of numbers. */
final class OrcaJson {
    private final String text;
    private final OrcaReport into;
    private int at;

    private OrcaJson(String text, OrcaReport into) {
        this.text = text;
        this.into = into;
    }

    /** Whether it could be read whole. */
    static boolean read(String text, OrcaReport into) {
        OrcaJson json = new OrcaJson(text, into);
        return json.object("") && json.peek() == 0;
    }

    /** @param map whose entries these are, and a dot; empty for the message itself */
    private boolean object(String map) {
        if (!take('{')) {
            return false;
        }
        if (take('}')) {
            return true;
        }
        do {
            String name = peek() == '"' ? string() : null;
            if (name == null || !take(':')) {
                return false;
            }
            boolean nested = map.isEmpty() && peek() == '{';
            boolean read = nested ? object(snake(name) + ".") : number(map.isEmpty() ? snake(name) : map + name);
            if (!read) {
                return false;
            }
        } while (take(','));
        return take('}');
    }

    /** Protobuf's JSON takes both names of a field. */
    private static String snake(String name) {
        StringBuilder snake = new StringBuilder(name.length() + 4);
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                snake.append('_').append((char) (c + 'a' - 'A'));
            } else {
                snake.append(c);
            }
        }
        return snake.toString();
    }

    /** Written as a number or, as 64 bits are, as text. */
    private boolean number(String metric) {
        if (peek() == '"') {
            String value = string();
            return value != null && into.number(metric, value);
        }
        int from = at;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return into.number(metric, text.substring(from, at));
    }

    /** Null for one that does not end, or that is written with escapes: no metric is. */
    private @Nullable String string() {
        int end = text.indexOf('"', at + 1);
        if (end < 0) {
            return null;
        }
        String value = text.substring(at + 1, end);
        if (value.indexOf('\\') >= 0) {
            return null;
        }
        at = end + 1;
        return value;
    }

    private boolean take(char wanted) {
        if (peek() != wanted) {
            return false;
        }
        at++;
        return true;
    }

    /** 0 at the end. */
    private char peek() {
        while (at < text.length() && text.charAt(at) <= ' ') {
            at++;
        }
        return at < text.length() ? text.charAt(at) : 0;
    }
}
