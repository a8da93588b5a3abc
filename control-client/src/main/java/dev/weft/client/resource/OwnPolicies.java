package dev.weft.client.resource;

import dev.weft.client.wire.Message;
import dev.weft.engine.snapshot.Breaker;
import dev.weft.engine.snapshot.Bulkhead;
import dev.weft.engine.snapshot.Fallback;
import dev.weft.engine.snapshot.Fault;
import dev.weft.engine.snapshot.Guard;
import dev.weft.engine.snapshot.HeaderEdits;
import dev.weft.engine.snapshot.Match.HeaderMatch;
import dev.weft.engine.snapshot.Match.StringMatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Policies for which Envoy has no word: they stand in a route's {@code metadata.filter_metadata} under {@code
 * weft}. Times are text such as {@code 1.5s} and {@code 200ms}.
 */
final class OwnPolicies {
    private static final long SECOND = 1_000_000_000L;

    private final String where;
    private final Findings findings;

    OwnPolicies(String where, Findings findings) {
        this.where = where + ".metadata.weft";
        this.findings = findings;
    }

    /**
     * @param answer what the application gets instead of a failure; null for the failure
     * @param cluster that takes the calls of one that is down; empty for none
     */
    record Instead(@Nullable Fallback answer, String cluster) {
        static final Instead NOTHING = new Instead(null, "");
    }

    Instead fallback(Message metadata) {
        var own = StructReader.of(metadata, "weft", where, findings);
        if (!own.has("fallback")) {
            return Instead.NOTHING;
        }
        var fallback = own.object("fallback");
        List<HeaderEdits.Entry> headers = new ArrayList<>();
        if (fallback.has("headers")) {
            fallback.object("headers").texts().forEach((name, value) -> {
                if (!token(name)) {
                    findings.refuse(where + ".fallback.headers", "'" + name + "' is not the name of a header");
                } else if (!printable(value)) {
                    findings.refuse(where + ".fallback.headers." + name, "has characters that can't be sent");
                } else {
                    headers.add(new HeaderEdits.Entry(name, value));
                }
            });
        }
        String cluster = fallback.text("cluster");
        if (fallback.has("cluster") && cluster.isEmpty()) {
            findings.refuse(where + ".fallback.cluster", "is empty");
        }
        boolean answers =
                cluster.isEmpty() || fallback.has("status") || fallback.has("body") || fallback.has("headers");
        int status = fallback.integer("status", 200);
        String body = fallback.text("body");
        fallback.end();
        try {
            return new Instead(answers ? new Fallback(status, body, headers) : null, cluster);
        } catch (IllegalArgumentException e) {
            findings.refuse(where, String.valueOf(e.getMessage()));
            return Instead.NOTHING;
        }
    }

    /** RFC 9110, 5.6.2. */
    private static boolean token(String name) {
        return !name.isEmpty()
                && name.chars()
                        .allMatch(c -> c >= '0' && c <= '9'
                                || c >= 'a' && c <= 'z'
                                || c >= 'A' && c <= 'Z'
                                || "!#$%&'*+-.^_`|~".indexOf(c) >= 0);
    }

    /** RFC 9110, 5.5, without what is obsolete: libraries throw when they meet it. */
    private static boolean printable(String value) {
        return value.chars().allMatch(c -> c == '\t' || c >= ' ' && c <= '~');
    }

    List<Guard> read(Message metadata, String scope) {
        List<Guard> guards = new ArrayList<>();
        var own = StructReader.of(metadata, "weft", where, findings);
        try {
            if (own.has("breaker")) {
                guards.add(breaker(own.object("breaker"), scope));
            }
            if (own.has("bulkhead")) {
                guards.add(bulkhead(own.object("bulkhead"), scope));
            }
            if (own.has("fault")) {
                guards.add(fault(own.object("fault"), scope));
            }
        } catch (IllegalArgumentException e) {
            findings.refuse(where, String.valueOf(e.getMessage()));
        }
        return guards;
    }

    private static Breaker breaker(StructReader breaker, String scope) {
        Breaker.Window window = breaker.has("window_calls")
                ? new Breaker.Window.Calls(breaker.integer("window_calls", 0))
                : new Breaker.Window.Time(breaker.nanos("window", 10 * SECOND));
        var read = new Breaker(
                scope,
                breaker.integer("failure_ratio", 50),
                breaker.integer("slow_call_ratio", 100),
                breaker.nanos("slow_call", 60 * SECOND),
                window,
                breaker.integer("minimum_calls", 20),
                breaker.nanos("open", 5 * SECOND),
                breaker.integer("half_open_calls", 10));
        breaker.end();
        return read;
    }

    private Fault fault(StructReader fault, String scope) {
        List<HeaderMatch> headers = new ArrayList<>();
        if (fault.has("headers")) {
            fault.object("headers").texts().forEach((name, value) -> {
                var exact = new StringMatch.Exact(value, false);
                headers.add(new HeaderMatch(name.toLowerCase(Locale.ROOT), exact, false));
            });
        }
        int percent = fault.integer("reset", 0);
        if (!fault.has("reset") || percent > 100) {
            findings.refuse(where + ".fault.reset", "is not a percentage");
            percent = 0;
        }
        fault.end();
        return Fault.resetting(scope, new Fault.Share(percent, 100), headers);
    }

    private static Bulkhead bulkhead(StructReader bulkhead, String scope) {
        var read = new Bulkhead(
                scope,
                bulkhead.integer("max_calls", 0),
                bulkhead.integer("max_waiting", 0),
                bulkhead.nanos("max_wait", Long.MAX_VALUE));
        bulkhead.end();
        return read;
    }
}
