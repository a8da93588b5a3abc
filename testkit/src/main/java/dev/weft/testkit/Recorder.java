package dev.weft.testkit;

import dev.weft.engine.Call;
import dev.weft.engine.Flight;
import dev.weft.engine.call.End;
import dev.weft.engine.call.Head;
import dev.weft.engine.call.HeaderWriter;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.call.Step;
import dev.weft.engine.snapshot.Route;
import dev.weft.testkit.Decision.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Follows a call and says in the end what became of it. */
final class Recorder {
    private final TestCall asked;
    private final Call call;
    private final long startedAt;
    private Kind kind = Kind.WAITS;
    private long decidedAt;
    private @Nullable Flight delivered;
    private @Nullable Refusal refusal;

    Recorder(TestCall asked, Call call, long startedAt) {
        this.asked = asked;
        this.call = call;
        this.startedAt = startedAt;
        this.decidedAt = startedAt;
    }

    void said(Step step, long now) {
        if (step instanceof Step.Deliver) {
            Flight flight = Objects.requireNonNull(call.delivered());
            delivered = flight;
            kind = flight.head() == null ? Kind.FAILED : Kind.ANSWERED;
            decidedAt = now;
        } else if (step instanceof Step.Reply reply) {
            refusal = reply.refusal();
            kind = refusal.kind().failure() ? Kind.REFUSED : Kind.LOCAL;
            decidedAt = now;
        } else if (step instanceof Step.Pass) {
            kind = Kind.PASSED;
        }
    }

    Decision decision() {
        Route route = call.route();
        Map<String, String> headers = new TreeMap<>();
        if (refusal != null) {
            refusal.headers().forEach(header -> headers.merge(header.name(), header.value(), Recorder::joined));
        }
        return new Decision(
                kind,
                text(call.virtualHost()),
                route == null ? "" : route.name(),
                text(call.cluster()),
                attempts(),
                status(),
                why(),
                headers,
                refusal == null ? "" : refusal.body(),
                Duration.ofNanos(decidedAt - startedAt));
    }

    private int status() {
        Head head = delivered == null ? null : delivered.head();
        return refusal != null ? refusal.code() : head == null ? 0 : head.code();
    }

    private String why() {
        if (refusal != null) {
            return refusal.why();
        }
        return delivered != null && delivered.head() == null ? result(delivered) : "";
    }

    private List<Decision.Attempt> attempts() {
        List<Decision.Attempt> all = new ArrayList<>();
        for (Flight flight : call.attempts()) {
            var headers = new Edited(asked.headers());
            flight.edit(headers);
            String path = flight.path();
            all.add(new Decision.Attempt(
                    VirtualWorld.flightAddress(flight),
                    flight.shadow(),
                    path == null ? asked.request().path() : path,
                    headers.values,
                    result(flight),
                    Duration.ofNanos(flight.startedAt() - startedAt)));
        }
        return all;
    }

    private static String result(Flight flight) {
        Head head = flight.head();
        if (head != null) {
            return String.valueOf(head.code());
        }
        Outcome outcome = flight.verdict();
        End end = flight.end();
        if (outcome == null && end != null) {
            outcome = end.outcome();
        }
        return outcome == null ? "open" : outcome.name().toLowerCase(Locale.ROOT);
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static String joined(String one, String two) {
        return one + "," + two;
    }

    /** Headers as they are sent. */
    private static final class Edited implements HeaderWriter {
        private final Map<String, String> values;

        Edited(Map<String, String> before) {
            values = new TreeMap<>(before);
        }

        @Override
        public boolean contains(String name) {
            return values.containsKey(name);
        }

        @Override
        public void set(String name, String value) {
            values.put(name, value);
        }

        @Override
        public void add(String name, String value) {
            values.merge(name, value, Recorder::joined);
        }

        @Override
        public void remove(String name) {
            values.remove(name);
        }
    }
}
