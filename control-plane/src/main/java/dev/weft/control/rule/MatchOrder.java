package dev.weft.control.rule;

import dev.weft.control.rule.VirtualService.HttpMatch;
import java.util.Comparator;

/**
 * Which of two conditions of the Gateway API is tried first (HTTPRouteRule, {@code matches}): an exact
 * path, the longest prefix, a method, more headers, more parameters. Where a regular expression stands
 * is left to each implementation; here behind prefixes, and before what takes any path.
 */
final class MatchOrder {
    static final Comparator<HttpMatch> MOST_SPECIFIC_FIRST = Comparator.comparingInt(MatchOrder::path)
            .thenComparingInt(MatchOrder::length)
            .thenComparingInt(match -> method(match) ? 1 : 0)
            .thenComparingInt(match -> match.headers().size() - (method(match) ? 1 : 0))
            .thenComparingInt(match -> match.query().size())
            .reversed();

    private MatchOrder() {}

    private static int path(HttpMatch match) {
        TextMatch uri = match.uri();
        if (uri == null) {
            return 0;
        }
        return uri instanceof TextMatch.Exact ? 3 : uri instanceof TextMatch.Regex ? 1 : 2;
    }

    private static int length(HttpMatch match) {
        TextMatch uri = match.uri();
        return uri instanceof TextMatch.Exact exact
                ? exact.text().length()
                : uri instanceof TextMatch.Segments segments
                        ? segments.text().length()
                        : uri instanceof TextMatch.Prefix prefix ? prefix.text().length() : 0;
    }

    private static boolean method(HttpMatch match) {
        return match.headers().stream().anyMatch(header -> header.name().equals(":method"));
    }
}
