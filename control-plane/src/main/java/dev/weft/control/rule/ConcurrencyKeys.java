package dev.weft.control.rule;

import dev.weft.control.rule.Resilience.AdaptiveConcurrency;
import dev.weft.control.rule.Resilience.AdmissionControl;
import dev.weft.control.rule.Resilience.Hedge;
import dev.weft.control.rule.Resilience.MinRtt;
import dev.weft.control.rule.Resilience.Statuses;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the parts of a {@code Resilience} that say how many calls are under way, and how many attempts of each. */
final class ConcurrencyKeys {
    private static final Duration ONE_MILLI = Duration.ofMillis(1);
    private static final Duration ONE_SECOND = Duration.ofSeconds(1);
    private static final Duration LONGEST_WINDOW = Duration.ofHours(1);
    private static final int MOST_CALLS = 1_000_000;

    /** More copies of a call no client makes. */
    private static final int MOST_AT_ONCE = 16;

    private static final int LARGEST_AGGRESSION = 1_000;
    private static final List<Statuses> NO_ERRORS = List.of(new Statuses(100, 499));
    private static final Pattern STATUSES = Pattern.compile("([1-5][0-9][0-9])-([1-5][0-9][0-9])");

    private ConcurrencyKeys() {}

    static AdaptiveConcurrency adaptive(Fields fields) {
        int max = or(fields.integer("maxCalls", 1, MOST_CALLS), 1_000);
        int min = or(fields.integer("minCalls", 1, MOST_CALLS), 3);
        if (max < min) {
            fields.wrong(
                    fields.has("maxCalls") ? "maxCalls" : "minCalls",
                    max + " at most is less than " + min + " at least");
        }
        return new AdaptiveConcurrency(
                or(fields.integer("percentile", 0, 100), 50),
                max,
                min,
                or(fields.duration("update", ONE_MILLI), Duration.ofMillis(100)),
                minRtt(fields.object("minRtt")),
                or(fields.integer("buffer", 0, 100), 25),
                or(fields.integer("status", 400, 599), 503));
    }

    private static MinRtt minRtt(@Nullable Fields fields) {
        if (fields == null) {
            return MinRtt.MEASURED;
        }
        Duration fixed = fields.duration("fixed", ONE_MILLI);
        Duration interval = fields.duration("interval", ONE_MILLI);
        Integer calls = fields.integer("calls", 1, MOST_CALLS);
        Integer jitter = fields.integer("jitter", 0, 100);
        if (fields.has("fixed") && fields.names().size() > 1) {
            fields.wrong("fixed", "can't stand beside how it is measured");
        }
        fields.end();
        return new MinRtt(
                fixed,
                or(interval, MinRtt.MEASURED.interval()),
                or(calls, MinRtt.MEASURED.calls()),
                or(jitter, MinRtt.MEASURED.jitter()));
    }

    static AdmissionControl admission(Fields fields) {
        Duration window = or(fields.duration("window", ONE_SECOND), Duration.ofSeconds(30));
        if (window.compareTo(LONGEST_WINDOW) > 0) {
            fields.wrong("window", "must be 1h at most");
        }
        return new AdmissionControl(
                statuses(fields),
                window,
                or(fields.number("aggression", 1, LARGEST_AGGRESSION), 1.0),
                or(fields.integer("threshold", 1, 100), 95),
                or(fields.integer("minRate", 0, MOST_CALLS), 0),
                or(fields.integer("maxRejection", 0, 100), 80));
    }

    private static List<Statuses> statuses(Fields fields) {
        List<Statuses> all = new ArrayList<>();
        for (String text : fields.texts("success")) {
            Matcher range = STATUSES.matcher(text);
            Statuses read = range.matches()
                    ? new Statuses(Integer.parseInt(range.group(1)), Integer.parseInt(range.group(2)))
                    : null;
            if (read == null || read.from() > read.to()) {
                fields.wrong("success", "must be ranges such as \"100-499\", is '" + text + "'");
            } else if (all.stream().anyMatch(read::overlaps)) {
                fields.wrong("success", text + " overlaps another range");
            } else {
                all.add(read);
            }
        }
        if (fields.isEmptyList("success")) {
            fields.wrong("success", "must not be empty");
        }
        return all.isEmpty() ? NO_ERRORS : all;
    }

    static @Nullable Hedge hedge(Fields fields) {
        Integer atOnce = fields.integer("initialRequests", 1, MOST_AT_ONCE);
        Boolean slow = fields.bool("onPerTryTimeout");
        if (fields.has("initialRequests") == fields.has("onPerTryTimeout")) {
            fields.wrong("must have one of initialRequests and onPerTryTimeout");
            return null;
        }
        return new Hedge(or(atOnce, 1), Boolean.TRUE.equals(slow));
    }

    private static <T> T or(@Nullable T given, T absent) {
        return given == null ? absent : given;
    }
}
