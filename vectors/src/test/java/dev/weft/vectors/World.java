package dev.weft.vectors;

import com.google.protobuf.Message;
import dev.weft.client.warm.Standalone;
import dev.weft.engine.Engine;
import dev.weft.engine.Reordered;
import dev.weft.engine.call.End;
import dev.weft.engine.call.Head;
import dev.weft.engine.call.Headers;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.policy.Attempts;
import dev.weft.engine.policy.Deadlines;
import dev.weft.engine.policy.Order;
import dev.weft.engine.policy.Urgency;
import dev.weft.engine.trace.Ambient;
import dev.weft.engine.trace.Handed;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;

/** The engine of a case with its calls, its time and the configuration in force. */
final class World {
    private static final long START = 1_000_000_000_000L;

    private final UnaryOperator<List<Message>> change;
    private final List<Throwable> bugs = new ArrayList<>();
    private final Map<String, Played> calls = new LinkedHashMap<>();
    private Map<String, Object> config = Map.of();
    private long now = START;

    private final Ambient ambient = new Ambient(() -> true);

    final Engine engine;

    /**
     * @param change made to resources before they are read
     * @param order in which policies stand
     */
    World(String random, UnaryOperator<List<Message>> change, Order order) {
        this.change = change;
        this.engine = Reordered.engine(Chance.of(random), ambient, bugs::add, order);
    }

    /** Replaces keys of the configuration, and puts it into force. */
    Standalone publish(Map<String, Object> changes) {
        config = new HashMap<>(config);
        config.putAll(changes);
        Standalone read = Config.read(change.apply(Config.messages(config)));
        engine.publish(read.snapshot());
        return read;
    }

    /** From now on calls are made for a request with these headers, as a server takes it. */
    void serving(Headers headers) {
        long left = Deadlines.arriving(headers);
        ambient.deadline(left == Deadlines.NONE ? Long.MAX_VALUE : now + left);
        ambient.handed(Handed.of(Attempts.arriving(headers), Urgency.arriving(headers)));
    }

    long now() {
        return now;
    }

    /** Since the case began. */
    long elapsed(long at) {
        return at - START;
    }

    Map<String, Played> calls() {
        return calls;
    }

    /** The call of this name, or the one that began last. */
    Played played(Object name) {
        if (name == null) {
            List<Played> all = List.copyOf(calls.values());
            return all.get(all.size() - 1);
        }
        return Objects.requireNonNull(calls.get(String.valueOf(name)), () -> "no call " + name);
    }

    /** A call begins. */
    Played call(String line, Map<String, Object> options) {
        Asked request = Asked.of(line, options);
        Played played =
                new Played(engine.call(request, !Boolean.FALSE.equals(options.get("concurrent"))), request, this::now);
        played.call.start(now);
        played.drain(now);
        return played;
    }

    /** Time passes as for a driver: whoever wants to be asked at a time is asked then. */
    void pass(long nanos) {
        long until = now + nanos;
        while (true) {
            Played next = calls.values().stream()
                    .min(Comparator.comparingLong(Played::wakeAt))
                    .orElse(null);
            if (next == null || next.wakeAt() > until) {
                now = until;
                return;
            }
            now = Math.max(now, next.wakeAt());
            next.drain(now);
            if (next.wakeAt() <= now) {
                throw new Mismatch("a call wants to be asked again at once, and again");
            }
        }
    }

    /** Calls of which nothing is checked but where each went; each ends before the next unless it stays open. */
    Crowd many(String line, int times, Map<String, Object> more) {
        Object took = more.getOrDefault("took", "0ms");
        long every = Times.nanos(more.getOrDefault("every", "0ms"));
        Map<String, Object> slow = VectorFiles.map(more.get("slow"));
        Map<String, Object> answers = VectorFiles.map(more.get("answers"));
        Map<String, Object> says = VectorFiles.map(more.get("says"));
        Map<String, Object> trailers = VectorFiles.map(more.get("trailers"));
        Object usual = more.getOrDefault("answer", 200);
        var crowd = new Crowd();
        for (int i = 0; i < times; i++) {
            String number = String.valueOf(i);
            Map<String, Object> options = new HashMap<>(Map.of("concurrent", false));
            if (more.containsKey("from")) {
                options.put("from", String.valueOf(more.get("from")).replace("%d", number));
            }
            Played played = call(line.replace("%d", number), options);
            crowd.add(played.first().step(), played.call);
            if (Boolean.TRUE.equals(more.get("open"))) {
                calls.put(line + " " + i, played);
            } else if (!played.attempts.isEmpty()) {
                String endpoint = Words.of(played.attempt(0).endpoint());
                now += Times.nanos(slow.getOrDefault(endpoint, took));
                ends(
                        played,
                        Integer.parseInt(String.valueOf(answers.getOrDefault(endpoint, usual))),
                        headers(says.get(endpoint)),
                        headers(trailers.get(endpoint)));
            }
            now += every;
        }
        return crowd;
    }

    /** None for null. */
    static Headers headers(Object values) {
        Map<String, Object> headers = VectorFiles.map(values);
        return headers.isEmpty()
                ? Headers.NONE
                : name -> headers.containsKey(name) ? String.valueOf(headers.get(name)) : null;
    }

    private void ends(Played played, int status, Headers headers, Headers trailers) {
        if (status > 0) {
            played.call.head(played.attempt(0), Head.http(status, headers), now);
            played.call.end(played.attempt(0), End.complete(trailers), now);
        } else {
            played.call.end(played.attempt(0), new End(Outcome.CONNECT_FAILURE, 0, null), now);
        }
        played.drain(now);
    }

    /** The engine never throws into a call; what it would have thrown is a failure of the case. */
    void noBugs() {
        for (Throwable bug : bugs) {
            throw new Mismatch("the engine has a bug: " + bug);
        }
    }
}
