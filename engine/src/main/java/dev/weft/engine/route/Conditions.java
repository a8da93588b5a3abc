package dev.weft.engine.route;

import dev.weft.engine.call.Headers;
import dev.weft.engine.call.Request;
import dev.weft.engine.snapshot.Match;
import dev.weft.engine.snapshot.Match.HeaderMatch;
import dev.weft.engine.snapshot.Match.QueryMatch;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a route asks of a request beside its path. */
public final class Conditions {
    private Conditions() {}

    /** @param draw of this call, from 0 to below a million */
    static boolean hold(Match match, Request request, int draw) {
        if (draw >= match.perMillion() || match.grpc() && !request.grpc()) {
            return false;
        }
        if (!hold(match.headers(), request)) {
            return false;
        }
        List<QueryMatch> query = match.query();
        if (!query.isEmpty()) {
            String target = request.path();
            for (int i = 0; i < query.size(); i++) {
                if (!Queries.matches(query.get(i), target)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Whether all of these conditions on headers hold. */
    public static boolean hold(List<HeaderMatch> headers, Request request) {
        for (int i = 0; i < headers.size(); i++) {
            if (!header(headers.get(i), request)) {
                return false;
            }
        }
        return true;
    }

    /** Whether one of these conditions on headers holds. */
    public static boolean any(List<HeaderMatch> headers, Request request) {
        for (int i = 0; i < headers.size(); i++) {
            if (header(headers.get(i), request)) {
                return true;
            }
        }
        return false;
    }

    /** Whether one of these conditions holds for the headers of an answer. */
    public static boolean any(List<HeaderMatch> headers, Headers answer) {
        for (int i = 0; i < headers.size(); i++) {
            HeaderMatch match = headers.get(i);
            if (holds(match, answer.first(match.name()))) {
                return true;
            }
        }
        return false;
    }

    private static boolean header(HeaderMatch match, Request request) {
        return holds(match, value(match.name(), request));
    }

    private static boolean holds(HeaderMatch match, @Nullable String value) {
        if (value == null && !match.missingAsEmpty()) {
            return match.value() == null && match.invert();
        }
        boolean holds = match.value() == null || Texts.matches(match.value(), value == null ? "" : value);
        return holds != match.invert();
    }

    /** As Envoy sees it: all values, or one of the words that HTTP/2 has for the request itself. */
    public static @Nullable String value(String name, Request request) {
        if (name.charAt(0) != ':') {
            return request.joined(name);
        }
        return switch (name) {
            case ":method" -> request.method();
            case ":path" -> request.path();
            case ":authority" -> request.host();
            case ":scheme" -> request.secure() ? "https" : "http";
            default -> null;
        };
    }

    /** The first condition that does not hold, in words; null when all do. */
    static @Nullable String mismatch(Match match, Request request, int draw) {
        if (draw >= match.perMillion()) {
            return "it is for " + percent(match) + " of the calls, and this one was not drawn";
        }
        if (match.grpc() && !request.grpc()) {
            return "it is no gRPC request";
        }
        for (HeaderMatch header : match.headers()) {
            if (!header(header, request)) {
                return "header " + header.name() + said(value(header.name(), request)) + ", wanted " + words(header);
            }
        }
        for (QueryMatch query : match.query()) {
            if (!Queries.matches(query, request.path())) {
                return "query parameter " + query.name() + said(Queries.first(request.path(), query.name()))
                        + ", wanted " + words(query);
            }
        }
        return null;
    }

    private static String said(@Nullable String value) {
        return value == null ? " is absent" : " is '" + value + "'";
    }

    private static String percent(Match match) {
        return match.perMillion() / 10_000.0 + " %";
    }

    private static String words(HeaderMatch header) {
        String wanted = header.value() == null ? "present" : Texts.words(header.value());
        return header.invert() ? "not " + wanted : wanted;
    }

    private static String words(QueryMatch query) {
        String wanted = query.value() == null ? "present" : Texts.words(query.value());
        return query.invert() ? "not " + wanted : wanted;
    }

    /** Conditions on headers in words. */
    public static String words(List<HeaderMatch> headers) {
        return headers.stream().map(h -> "header " + h.name() + " " + words(h)).collect(Collectors.joining(", "));
    }

    /** A whole condition in words, the path included. */
    public static String words(Match match) {
        return Stream.of(
                        Stream.of("path " + Paths.words(match.path())),
                        match.headers().stream().map(h -> "header " + h.name() + " " + words(h)),
                        match.query().stream().map(q -> "query parameter " + q.name() + " " + words(q)),
                        match.grpc() ? Stream.of("gRPC") : Stream.<String>empty(),
                        match.perMillion() < Match.ALWAYS
                                ? Stream.of(percent(match) + " of calls")
                                : Stream.<String>empty())
                .flatMap(words -> words)
                .collect(Collectors.joining(", "));
    }
}
