package dev.weft.telemetry;

import org.jspecify.annotations.Nullable;

/** Writes one JSON text (RFC 8259). Commas come by themselves; nesting is the caller's care. */
public final class Json {
    private static final String HEX = "0123456789abcdef";

    private final StringBuilder out = new StringBuilder(256);

    public Json beginObject() {
        separate();
        out.append('{');
        return this;
    }

    public Json endObject() {
        out.append('}');
        return this;
    }

    public Json beginArray() {
        separate();
        out.append('[');
        return this;
    }

    public Json endArray() {
        out.append(']');
        return this;
    }

    /** The name of the next value in an object. */
    public Json name(String name) {
        separate();
        quote(name);
        out.append(':');
        return this;
    }

    public Json value(@Nullable String text) {
        separate();
        if (text == null) {
            out.append("null");
        } else {
            quote(text);
        }
        return this;
    }

    public Json value(long number) {
        separate();
        out.append(number);
        return this;
    }

    /** A number; null where JSON has no word for it (NaN and the infinities). */
    public Json value(double number) {
        separate();
        if (Double.isFinite(number)) {
            out.append(number);
        } else {
            out.append("null");
        }
        return this;
    }

    public Json value(boolean truth) {
        separate();
        out.append(truth);
        return this;
    }

    public Json field(String name, @Nullable String text) {
        return name(name).value(text);
    }

    public Json field(String name, long number) {
        return name(name).value(number);
    }

    public Json field(String name, double number) {
        return name(name).value(number);
    }

    public Json field(String name, boolean truth) {
        return name(name).value(truth);
    }

    /** What has been written so far. */
    @Override
    public String toString() {
        return out.toString();
    }

    private void separate() {
        int length = out.length();
        if (length == 0) {
            return;
        }
        char last = out.charAt(length - 1);
        if (last != '{' && last != '[' && last != ':') {
            out.append(',');
        }
    }

    private void quote(String text) {
        quote(text, out);
    }

    /** Appends a text as JSON has it, in quotes. */
    public static void quote(String text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < ' ' || c == 0x7f || c == 0x2028 || c == 0x2029 || lone(text, i)) {
                        out.append("\\u")
                                .append(HEX.charAt(c >>> 12))
                                .append(HEX.charAt(c >>> 8 & 15))
                                .append(HEX.charAt(c >>> 4 & 15))
                                .append(HEX.charAt(c & 15));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }

    /** Half a surrogate pair has no UTF-8 form: written raw, it would break the whole text. */
    private static boolean lone(String text, int at) {
        char c = text.charAt(at);
        if (Character.isHighSurrogate(c)) {
            return at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1));
        }
        return Character.isLowSurrogate(c) && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
    }
}
