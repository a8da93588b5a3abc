package dev.weft.engine.route;

import com.google.re2j.Pattern;
import dev.weft.engine.snapshot.FullMatch;
import dev.weft.engine.snapshot.Match.PathMatch;

/** Conditions on a path, which is the part of a request target before the query. */
final class Paths {
    private Paths() {}

    /** Where the path ends: before query and fragment, and before its parameters if they don't count. */
    static int end(String target, boolean ignoreParameters) {
        int length = target.length();
        for (int i = 0; i < length; i++) {
            char c = target.charAt(i);
            // No letter comes before these signs.
            if (c <= '?' && (c == '?' || c == '#' || c == ';' && ignoreParameters)) {
                return i;
            }
        }
        return length;
    }

    /** @param end of the path in the target */
    static boolean matches(PathMatch match, String target, int end) {
        if (match instanceof PathMatch.Prefix prefix) {
            return begins(target, end, prefix.prefix(), prefix.ignoreCase());
        }
        if (match instanceof PathMatch.Exact exact) {
            return exact.path().length() == end && begins(target, end, exact.path(), exact.ignoreCase());
        }
        if (match instanceof PathMatch.SeparatedPrefix prefix) {
            int length = prefix.prefix().length();
            return begins(target, end, prefix.prefix(), prefix.ignoreCase())
                    && (end == length || target.charAt(length) == '/');
        }
        return regex(match).matches(target, 0, end);
    }

    private static boolean begins(String target, int end, String text, boolean ignoreCase) {
        int length = text.length();
        if (length > end) {
            return false;
        }
        if (!ignoreCase) {
            return target.startsWith(text);
        }
        for (int i = 0; i < length; i++) {
            if (lower(target.charAt(i)) != lower(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static char lower(char c) {
        return c >= 'A' && c <= 'Z' ? (char) (c + 32) : c;
    }

    /** What every path that matches begins with, case apart where that does not matter. */
    static String literal(PathMatch match) {
        if (match instanceof PathMatch.Exact exact) {
            return exact.path();
        }
        if (match instanceof PathMatch.Prefix prefix) {
            return prefix.prefix();
        }
        if (match instanceof PathMatch.SeparatedPrefix prefix) {
            return prefix.prefix();
        }
        return literals(match).prefix();
    }

    /** What every path that matches ends with; empty where looking is no cheaper than matching. */
    static String suffix(PathMatch match) {
        boolean dear = match instanceof PathMatch.Regex || match instanceof PathMatch.Template;
        return dear ? literals(match).suffix() : "";
    }

    private static RegexLiterals literals(PathMatch match) {
        // Flags change how the text is read.
        Pattern pattern = regex(match).pattern();
        return pattern.flags() == 0 ? RegexLiterals.of(pattern.pattern()) : RegexLiterals.NONE;
    }

    private static FullMatch regex(PathMatch match) {
        return match instanceof PathMatch.Regex regex
                ? regex.regex()
                : ((PathMatch.Template) match).template().regex();
    }

    static boolean ignoresCase(PathMatch match) {
        return match instanceof PathMatch.Exact exact && exact.ignoreCase()
                || match instanceof PathMatch.Prefix prefix && prefix.ignoreCase()
                || match instanceof PathMatch.SeparatedPrefix separated && separated.ignoreCase();
    }

    /** The condition in words. */
    static String words(PathMatch match) {
        String words;
        if (match instanceof PathMatch.Exact exact) {
            words = "exactly " + exact.path();
        } else if (match instanceof PathMatch.Prefix prefix) {
            words = "under prefix " + prefix.prefix();
        } else if (match instanceof PathMatch.SeparatedPrefix prefix) {
            words = "at or below " + prefix.prefix();
        } else if (match instanceof PathMatch.Template template) {
            words = "like template " + template.template();
        } else {
            words = "like regex " + regex(match);
        }
        return ignoresCase(match) ? words + " in any case" : words;
    }
}
