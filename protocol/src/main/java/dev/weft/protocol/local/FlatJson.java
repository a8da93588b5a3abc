package dev.weft.protocol.local;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One JSON object whose values are all strings. Read and written by hand, because the agent does
 * this while the application starts and must not load a JSON library for it.
 */
final class FlatJson {
    private final String text;
    private int at;

    private FlatJson(String text) {
        this.text = text;
    }

    static String write(Map<String, String> fields) {
        StringBuilder out = new StringBuilder("{");
        for (Map.Entry<String, String> field : fields.entrySet()) {
            out.append(out.length() == 1 ? "" : ",");
            quote(out, field.getKey());
            out.append(':');
            quote(out, field.getValue());
        }
        return out.append("}\n").toString();
    }

    static Map<String, String> read(String text) throws IOException {
        return new FlatJson(text).object();
    }

    static String require(Map<String, String> fields, String name) throws IOException {
        String value = fields.get(name);
        if (value == null) {
            throw new IOException("no field " + name);
        }
        return value;
    }

    static long pid(Map<String, String> fields) throws IOException {
        String pid = require(fields, "pid");
        try {
            return Long.parseLong(pid);
        } catch (NumberFormatException e) {
            throw new IOException("pid is not a number: " + pid, e);
        }
    }

    private static void quote(StringBuilder out, String value) {
        out.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < 0x20) {
                out.append("\\u00").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }

    private Map<String, String> object() throws IOException {
        Map<String, String> fields = new LinkedHashMap<>();
        expect('{');
        if (!skip('}')) {
            do {
                String name = string();
                expect(':');
                fields.put(name, string());
            } while (skip(','));
            expect('}');
        }
        space();
        if (at < text.length()) {
            throw wrong("text after the object");
        }
        return fields;
    }

    private String string() throws IOException {
        expect('"');
        StringBuilder out = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '"') {
                return out.toString();
            }
            out.append(c == '\\' ? escaped() : c);
        }
        throw wrong("string without an end");
    }

    private char escaped() throws IOException {
        char c = at < text.length() ? text.charAt(at++) : ' ';
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'u' -> unicode();
            default -> throw wrong("unknown escape");
        };
    }

    private char unicode() throws IOException {
        if (at + 4 > text.length()) {
            throw wrong("escape without an end");
        }
        int value = 0;
        for (int i = 0; i < 4; i++) {
            int digit = Character.digit(text.charAt(at++), 16);
            if (digit < 0) {
                throw wrong("escape is not hexadecimal");
            }
            value = value * 16 + digit;
        }
        return (char) value;
    }

    private void expect(char c) throws IOException {
        if (!skip(c)) {
            throw wrong("expected '" + c + "'");
        }
    }

    private boolean skip(char c) {
        space();
        if (at < text.length() && text.charAt(at) == c) {
            at++;
            return true;
        }
        return false;
    }

    private void space() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private IOException wrong(String what) {
        return new IOException(what + " at character " + at);
    }
}
