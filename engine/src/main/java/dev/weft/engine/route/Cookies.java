package dev.weft.engine.route;

import org.jspecify.annotations.Nullable;

/** The cookies of a request. */
public final class Cookies {
    private Cookies() {}

    /**
     * The value of the first cookie by this name, without quotes (RFC 6265, section 4.2.1); null where there is none.
     *
     * @param header several may have been joined with commas
     */
    public static @Nullable String value(@Nullable String header, String name) {
        if (header == null) {
            return null;
        }
        for (String pair : header.split("[;,]", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0 && pair.substring(0, equals).strip().equals(name)) {
                String value = pair.substring(equals + 1).strip();
                boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
                return quoted ? value.substring(1, value.length() - 1) : value;
            }
        }
        return null;
    }
}
