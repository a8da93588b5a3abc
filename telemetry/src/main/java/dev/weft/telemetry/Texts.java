package dev.weft.telemetry;

/** What may be kept of texts that come from outside. */
final class Texts {
    private static final int LONGEST = 256;

    private Texts() {}

    static String clip(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST);
    }

    /** The path alone: a query may hold secrets. */
    static String path(String target) {
        int query = target.indexOf('?');
        return clip(query < 0 ? target : target.substring(0, query));
    }
}
