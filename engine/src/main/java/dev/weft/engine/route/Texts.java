package dev.weft.engine.route;

import dev.weft.engine.snapshot.Match.StringMatch;

/** Conditions on a piece of text, which is not copied where that can be helped. */
final class Texts {
    private Texts() {}

    static boolean matches(StringMatch match, String value) {
        return matches(match, value, 0, value.length());
    }

    static boolean matches(StringMatch match, String in, int from, int to) {
        if (match instanceof StringMatch.Exact exact) {
            String text = exact.text();
            return to - from == text.length() && in.regionMatches(exact.ignoreCase(), from, text, 0, text.length());
        }
        if (match instanceof StringMatch.Prefix prefix) {
            String text = prefix.text();
            return to - from >= text.length() && in.regionMatches(prefix.ignoreCase(), from, text, 0, text.length());
        }
        if (match instanceof StringMatch.Suffix suffix) {
            String text = suffix.text();
            int at = to - text.length();
            return at >= from && in.regionMatches(suffix.ignoreCase(), at, text, 0, text.length());
        }
        if (match instanceof StringMatch.Contains contains) {
            return contains(contains, in, from, to);
        }
        if (match instanceof StringMatch.Range range) {
            return number(in, from, to) && within(range, Long.parseLong(in, from, to, 10));
        }
        return ((StringMatch.Regex) match).regex().matches(in, from, to);
    }

    private static boolean contains(StringMatch.Contains contains, String in, int from, int to) {
        String text = contains.text();
        for (int at = from; at <= to - text.length(); at++) {
            if (in.regionMatches(contains.ignoreCase(), at, text, 0, text.length())) {
                return true;
            }
        }
        return false;
    }

    private static boolean within(StringMatch.Range range, long number) {
        return number >= range.start() && number < range.end();
    }

    /** Whether it is a whole number that surely fits into a long: up to 18 digits and a sign. */
    static boolean number(String in, int from, int to) {
        int at = from < to && (in.charAt(from) == '-' || in.charAt(from) == '+') ? from + 1 : from;
        if (at == to || to - at > 18) {
            return false;
        }
        for (; at < to; at++) {
            if (in.charAt(at) < '0' || in.charAt(at) > '9') {
                return false;
            }
        }
        return true;
    }

    /** The condition in words. */
    static String words(StringMatch match) {
        if (match instanceof StringMatch.Exact exact) {
            return cased("'" + exact.text() + "'", exact.ignoreCase());
        }
        if (match instanceof StringMatch.Prefix prefix) {
            return cased("prefix '" + prefix.text() + "'", prefix.ignoreCase());
        }
        if (match instanceof StringMatch.Suffix suffix) {
            return cased("suffix '" + suffix.text() + "'", suffix.ignoreCase());
        }
        if (match instanceof StringMatch.Contains contains) {
            return cased("containing '" + contains.text() + "'", contains.ignoreCase());
        }
        if (match instanceof StringMatch.Range range) {
            return "a number from " + range.start() + " to below " + range.end();
        }
        return "like regex " + ((StringMatch.Regex) match).regex();
    }

    private static String cased(String words, boolean ignoreCase) {
        return ignoreCase ? words + " in any case" : words;
    }
}
