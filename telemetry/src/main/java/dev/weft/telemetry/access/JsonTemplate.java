package dev.weft.telemetry.access;

import dev.weft.telemetry.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A JSON object whose texts hold command operators (Envoy: {@code json_format}), read once into what stands and what
 * changes from line to line. A text that is one operator alone becomes a number where the operator is one, and null where
 * there is nothing; in a longer text nothing is {@code -}.
 */
final class JsonTemplate {
    private static final int DEEPEST = 16;

    private final String json;
    private final Function<String, List<Part>> parser;
    private final List<Piece> pieces = new ArrayList<>();
    private final StringBuilder standing = new StringBuilder();
    private int at;

    private sealed interface Piece {
        void write(AccessEntry entry, StringBuilder out);
    }

    private record Standing(String text) implements Piece {
        @Override
        public void write(AccessEntry entry, StringBuilder out) {
            out.append(text);
        }
    }

    /** One operator alone. */
    private record Value(Part part) implements Piece {
        @Override
        public void write(AccessEntry entry, StringBuilder out) {
            String value = part.value(entry);
            if (value == null || part.number()) {
                out.append(value);
            } else {
                Json.quote(value, out);
            }
        }
    }

    private record Text(List<Part> parts) implements Piece {
        @Override
        public void write(AccessEntry entry, StringBuilder out) {
            StringBuilder text = new StringBuilder();
            for (Part part : parts) {
                String value = part.value(entry);
                text.append(value == null ? "-" : value);
            }
            Json.quote(text.toString(), out);
        }
    }

    /**
     * @param parser reads a text with operators
     * @throws IllegalArgumentException for what is no JSON object, or whatever the parser refuses
     */
    JsonTemplate(String json, Function<String, List<Part>> parser) {
        this.json = json;
        this.parser = parser;
        if (next() != '{') {
            throw wrong("a JSON object begins with {");
        }
        value(0);
        if (next() != 0) {
            throw wrong("something stands behind the JSON object");
        }
        stand();
    }

    void write(AccessEntry entry, StringBuilder out) {
        for (Piece piece : pieces) {
            piece.write(entry, out);
        }
    }

    /** What has gathered of standing text becomes a piece. */
    private void stand() {
        if (standing.length() > 0) {
            pieces.add(new Standing(standing.toString()));
            standing.setLength(0);
        }
    }

    /** The next character that isn't white space, which is not taken; 0 at the end. */
    private char next() {
        while (at < json.length() && " \t\r\n".indexOf(json.charAt(at)) >= 0) {
            at++;
        }
        return at == json.length() ? 0 : json.charAt(at);
    }

    private void take(char wanted) {
        if (next() != wanted) {
            throw wrong("a " + wanted + " is missing");
        }
        at++;
        standing.append(wanted);
    }

    private void value(int depth) {
        if (depth > DEEPEST) {
            throw wrong("it is nested more than " + DEEPEST + " times");
        }
        switch (next()) {
            case '{' -> group('{', '}', depth);
            case '[' -> group('[', ']', depth);
            case '"' -> text(string());
            default -> constant();
        }
    }

    private void group(char open, char close, int depth) {
        take(open);
        boolean first = true;
        while (next() != close) {
            if (!first) {
                take(',');
            }
            first = false;
            if (close == '}') {
                Json.quote(string(), standing);
                take(':');
            }
            value(depth + 1);
        }
        take(close);
    }

    private void text(String template) {
        List<Part> parts = parser.apply(template);
        if (parts.stream().allMatch(Part::literal)) {
            Json.quote(template.replace("%%", "%"), standing);
            return;
        }
        stand();
        pieces.add(parts.size() == 1 ? new Value(parts.get(0)) : new Text(parts));
    }

    /** A number, or one of three words; both stand as they are. */
    private void constant() {
        int begin = at;
        while (at < json.length()
                && (Character.isLetterOrDigit(json.charAt(at)) || "+-.".indexOf(json.charAt(at)) >= 0)) {
            at++;
        }
        String word = json.substring(begin, at);
        if (!word.matches("true|false|null|-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?")) {
            throw wrong("'" + word + "' is no JSON value");
        }
        standing.append(word);
    }

    private String string() {
        if (next() != '"') {
            throw wrong("a text in quotes is missing");
        }
        StringBuilder text = new StringBuilder();
        for (at++; at < json.length() && json.charAt(at) != '"'; at++) {
            char c = json.charAt(at);
            if (c < ' ') {
                throw wrong("a text has a control character");
            }
            text.append(c == '\\' ? escaped() : c);
        }
        if (at == json.length()) {
            throw wrong("a text doesn't end");
        }
        at++;
        return text.toString();
    }

    private char escaped() {
        at++;
        char c = at < json.length() ? json.charAt(at) : 0;
        if (c == 'u' && at + 4 < json.length() && json.substring(at + 1, at + 5).matches("[0-9a-fA-F]{4}")) {
            at += 4;
            return (char) Integer.parseInt(json.substring(at - 3, at + 1), 16);
        }
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> throw wrong("a text has an escape that is none");
        };
    }

    private IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException(what + ", at character " + (at + 1));
    }
}
