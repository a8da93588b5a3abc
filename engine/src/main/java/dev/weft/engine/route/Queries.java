package dev.weft.engine.route;

import dev.weft.engine.snapshot.Match.QueryMatch;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Parameters of a query. What is not percent-encoded is looked at where it stands. */
final class Queries {
    private static final long ABSENT = -1;

    private Queries() {}

    static boolean matches(QueryMatch match, String target) {
        long at = find(target, match.name());
        boolean holds = at != ABSENT && (match.value() == null || value(match, target, at));
        return holds != match.invert();
    }

    private static boolean value(QueryMatch match, String target, long at) {
        int from = (int) (at >>> 32);
        int to = (int) at;
        var wanted = java.util.Objects.requireNonNull(match.value());
        if (encoded(target, from, to)) {
            return Texts.matches(wanted, decode(target, from, to));
        }
        return Texts.matches(wanted, target, from, to);
    }

    /** The first value of a parameter, decoded; null when it is absent. */
    static @Nullable String first(String target, String name) {
        long at = find(target, name);
        if (at == ABSENT) {
            return null;
        }
        int from = (int) (at >>> 32);
        int to = (int) at;
        return encoded(target, from, to) ? decode(target, from, to) : target.substring(from, to);
    }

    /** Where the first value stands, its beginning in the upper half and its end in the lower. */
    private static long find(String target, String name) {
        int query = target.indexOf('?');
        int fragment = target.indexOf('#');
        if (query < 0 || fragment >= 0 && fragment < query) {
            return ABSENT;
        }
        int end = fragment < 0 ? target.length() : fragment;
        for (int from = query + 1; from < end; ) {
            int to = before(target, '&', from, end);
            int equals = before(target, '=', from, to);
            if (is(name, target, from, equals)) {
                return (long) Math.min(equals + 1, to) << 32 | to;
            }
            from = to + 1;
        }
        return ABSENT;
    }

    private static int before(String target, char mark, int from, int end) {
        int at = target.indexOf(mark, from);
        return at < 0 || at > end ? end : at;
    }

    private static boolean is(String name, String target, int from, int to) {
        if (encoded(target, from, to)) {
            return decode(target, from, to).equals(name);
        }
        return to - from == name.length() && target.startsWith(name, from);
    }

    private static boolean encoded(String target, int from, int to) {
        int at = target.indexOf('%', from);
        return at >= 0 && at < to;
    }

    /** Percent-encoded bytes as UTF-8; what only looks like one stays. */
    private static String decode(String target, int from, int to) {
        var bytes = new ByteArrayOutputStream(to - from);
        for (int i = from; i < to; i++) {
            char c = target.charAt(i);
            int high = i + 2 < to ? Character.digit(target.charAt(i + 1), 16) : -1;
            int low = i + 2 < to ? Character.digit(target.charAt(i + 2), 16) : -1;
            if (c == '%' && high >= 0 && low >= 0) {
                bytes.write(high << 4 | low);
                i += 2;
            } else {
                bytes.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
