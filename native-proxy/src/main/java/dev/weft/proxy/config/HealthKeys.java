package dev.weft.proxy.config;

import dev.weft.health.Check;
import dev.weft.health.Check.Statuses;
import dev.weft.proxy.health.HealthSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the keys that begin with {@code health}. */
final class HealthKeys {
    private static final Pattern STATUSES = Pattern.compile("([2-5][0-9]{2})(?:-([2-5][0-9]{2}))?");
    private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");

    /** What a check says itself, or what would make another message of it. */
    private static final Set<String> OWN =
            Set.of("host", "connection", "content-length", "transfer-encoding", "upgrade");

    private static final List<Key> HTTP = List.of(
            Key.HEALTH_HTTP_PATH, Key.HEALTH_HTTP_HOST, Key.HEALTH_HTTP_HEADERS, Key.HEALTH_HTTP_EXPECTED_STATUSES);

    private static final long SHORTEST = 100_000_000L;
    private static final long LONGEST = 600_000_000_000L;
    private static final int MOST_IN_A_ROW = 100;
    private static final int MAX_PATH = 512;
    private static final int MAX_SERVICE = 256;

    private final Values in;

    private HealthKeys(Values in) {
        this.in = in;
    }

    static HealthSettings read(Values in) {
        return new HealthKeys(in).read();
    }

    private HealthSettings read() {
        String kind = in.word(Key.HEALTH_CHECK, "tcp", "http", "grpc", "command");
        if (in.isWritten(Key.HEALTH_CHECK)
                && in.text(Key.HEALTH_CHECK).equals(kind)
                && in.text(Key.PORT).equals(Key.PORT.fallback())) {
            in.refuse(Key.HEALTH_CHECK); // there is no application that anybody calls
        }
        alone(kind);
        String command = in.text(Key.HEALTH_COMMAND);
        if (kind.equals("command") && command.isEmpty()) {
            in.refuse(Key.HEALTH_COMMAND);
        }
        return new HealthSettings(
                check(kind),
                kind.equals("command") ? command : "",
                in.number(Key.HEALTH_PORT, 0, 65_535),
                in.nanos(Key.HEALTH_INTERVAL, SHORTEST, LONGEST),
                in.nanos(Key.HEALTH_INTERVAL_JITTER, 0, LONGEST),
                in.nanos(Key.HEALTH_TIMEOUT, 1, LONGEST),
                in.number(Key.HEALTH_HEALTHY_THRESHOLD, 1, MOST_IN_A_ROW),
                in.number(Key.HEALTH_UNHEALTHY_THRESHOLD, 1, MOST_IN_A_ROW));
    }

    /** Whoever says what another kind of check asks means that kind, and would not get it. */
    private void alone(String kind) {
        for (Key key : HTTP) {
            refuse(key, !kind.equals("http"));
        }
        refuse(Key.HEALTH_GRPC_SERVICE, !kind.equals("grpc"));
        refuse(Key.HEALTH_COMMAND, !kind.equals("command"));
        refuse(Key.HEALTH_PORT, kind.equals("command"));
    }

    private void refuse(Key key, boolean ifGiven) {
        if (ifGiven && in.isWritten(key)) {
            in.refuse(key);
        }
    }

    private @Nullable Check check(String kind) {
        return switch (kind) {
            case "http" -> new Check.Http(path(), host(), headers(), statuses());
            case "grpc" -> new Check.Grpc(service());
            case "command" -> null;
            default -> new Check.Tcp();
        };
    }

    private String path() {
        String path = in.text(Key.HEALTH_HTTP_PATH);
        if (!path.startsWith("/") || !isVisible(path, MAX_PATH)) {
            in.refuse(Key.HEALTH_HTTP_PATH);
        }
        return path;
    }

    /** As in the calls of others, where nobody says otherwise. */
    private String host() {
        String host = in.text(Key.HEALTH_HTTP_HOST);
        if (!host.matches("[A-Za-z0-9._:\\[\\]-]*")) {
            in.refuse(Key.HEALTH_HTTP_HOST);
        }
        return host.isEmpty() ? in.text(Key.SERVICE) : host;
    }

    private Map<String, String> headers() {
        Map<String, String> headers = in.pairs(Key.HEALTH_HTTP_HEADERS);
        for (Map.Entry<String, String> header : headers.entrySet()) {
            String name = header.getKey();
            if (!HEADER.matcher(name).matches()
                    || OWN.contains(name.toLowerCase(Locale.ROOT))
                    || !header.getValue().chars().allMatch(c -> c >= ' ' && c < 0x7f)) {
                in.refuse(Key.HEALTH_HTTP_HEADERS);
                return Map.of();
            }
        }
        return headers;
    }

    private List<Statuses> statuses() {
        List<Statuses> all = new ArrayList<>();
        for (String one : in.text(Key.HEALTH_HTTP_EXPECTED_STATUSES).split(";", -1)) {
            Matcher range = STATUSES.matcher(one.trim());
            int first = range.matches() ? Integer.parseInt(range.group(1)) : 1;
            int last = first == 1 ? 0 : range.group(2) == null ? first : Integer.parseInt(range.group(2));
            if (last < first) {
                in.refuse(Key.HEALTH_HTTP_EXPECTED_STATUSES);
                return List.of();
            }
            all.add(new Statuses(first, last));
        }
        return all;
    }

    private String service() {
        String service = in.text(Key.HEALTH_GRPC_SERVICE);
        if (!isVisible(service, MAX_SERVICE)) {
            in.refuse(Key.HEALTH_GRPC_SERVICE);
        }
        return service;
    }

    private static boolean isVisible(String text, int most) {
        return text.length() <= most && text.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }
}
