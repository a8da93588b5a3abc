package dev.weft.engine.route;

import dev.weft.engine.snapshot.Match.PathMatch;
import dev.weft.engine.snapshot.PathRewrite;

/** What becomes of the path of a request. */
public final class Rewrites {
    private Rewrites() {}

    /**
     * The target with another path; what follows the path stays.
     *
     * @param matched the condition that this path has met
     * @param end of the path in the target
     */
    public static String apply(PathRewrite rewrite, PathMatch matched, String target, int end) {
        String rest = target.substring(end);
        if (rewrite instanceof PathRewrite.Regex regex) {
            return rooted(regex.substitution().apply(target.substring(0, end))) + rest;
        }
        if (rewrite instanceof PathRewrite.Template template) {
            return template.substitution().apply(target.substring(0, end)) + rest;
        }
        String replacement = ((PathRewrite.Prefix) rewrite).replacement();
        return replacement + target.substring(matched(matched, end), end) + rest;
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
