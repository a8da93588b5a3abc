package dev.weft.vectors;

import static dev.weft.vectors.VectorFiles.map;

import com.google.protobuf.Message;
import dev.weft.client.warm.Standalone;
import dev.weft.engine.call.Answer;
import dev.weft.engine.call.End;
import dev.weft.engine.call.Head;
import dev.weft.engine.call.Headers;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.policy.Order;
import dev.weft.vectors.Played.Said;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * One case against the real readers and the real engine, in virtual time. Events change something and
 * leave steps behind; expectations take them, in order, and none may be left when the next event comes.
 */
final class Play {
    private final Vector vector;
    private final World world;
    private final Map<String, Crowd> crowds = new HashMap<>();

    private Play(Vector vector, UnaryOperator<List<Message>> change, Order order) {
        this.vector = vector;
        this.world = new World(vector.random(), change, order);
    }

    /** Plays a case; throws {@link Mismatch} where it is not as expected. */
    static void of(Vector vector) {
        of(vector, UnaryOperator.identity());
    }

    /** @param change made to its resources before they are read */
    static void of(Vector vector, UnaryOperator<List<Message>> change) {
        of(vector, change, Order.OURS);
    }

    /**
     * @param change made to its resources before they are read
     * @param order in which policies stand
     */
    static void of(Vector vector, UnaryOperator<List<Message>> change, Order order) {
        new Play(vector, change, order).all();
    }

    private void all() {
        publish(vector.config());
        vector.goes().forEach(this::goes);
        int index = 0;
        for (Map<String, Object> step : vector.steps()) {
            index++;
            try {
                step(new LinkedHashMap<>(step));
            } catch (Mismatch e) {
                throw new Mismatch("step " + index + ", " + step + "\n    " + e.getMessage());
            }
        }
        nothingLeft();
        world.noBugs();
    }

    private void publish(Map<String, Object> changes) {
        Standalone read = world.publish(changes);
        findings("refused", vector.refused(), read.refused());
        findings(
                "unsupported",
                vector.unsupported(),
                read.unsupported().stream().sorted().toList());
    }

    /**
     * Each sentence must contain a part of its own.
     *
     * @param expected parts of them; where several fit, the longest counts
     */
    static void findings(String what, List<String> expected, List<String> got) {
        List<String> left = new ArrayList<>(expected);
        left.sort(Comparator.comparingInt(String::length).reversed());
        boolean same = got.size() == expected.size();
        for (String one : got) {
            String part = left.stream().filter(one::contains).findFirst().orElse("");
            same &= left.remove(part);
        }
        if (!same) {
            throw new Mismatch(what + ": " + expected + " expected, " + got + " came");
        }
    }

    private void goes(String line, Object expected) {
        Played played = world.call(line, Map.of());
        String got = Words.decision(played.first().step(), played.call);
        if (!got.equals(String.valueOf(expected))) {
            throw new Mismatch("goes: " + line + "\n    expected " + expected + "\n    came     " + got);
        }
    }

    // ---- events and expectations

    private void step(Map<String, Object> step) {
        String word = step.keySet().iterator().next();
        Object value = step.remove(word);
        boolean expectation = Expectation.WORDS.contains(word);
        if (expectation) {
            expected(word, value, step);
        } else {
            nothingLeft();
            event(word, value, step);
        }
        if (!step.isEmpty()) {
            throw new IllegalArgumentException("step " + word + " knows no " + step.keySet());
        }
    }

    private void event(String word, Object value, Map<String, Object> more) {
        switch (word) {
            case "call" -> {
                var played = world.call(String.valueOf(value), more);
                Object name = more.getOrDefault("as", "#" + world.calls().size());
                world.calls().put(String.valueOf(name), played);
                List.of("as", "headers", "replayable", "rewritable", "timeout", "concurrent", "from")
                        .forEach(more::remove);
            }
            case "serving" -> world.serving(headers(Map.of("headers", value)));
            case "many" -> {
                Crowd crowd = world.many(String.valueOf(value), number(more.remove("times")), more);
                crowds.put(String.valueOf(more.getOrDefault("as", "")), crowd);
                crowds.put("", crowd);
                List.of("as", "from", "answer", "answers", "says", "trailers", "took", "every", "open", "slow")
                        .forEach(more::remove);
            }
            case "head" -> {
                var played = played(more);
                var attempt = played.attempt(number(more.getOrDefault("attempt", 0)));
                played.call.head(attempt, Head.http(number(value), headers(more)), world.now());
                played.drain(world.now());
                more.keySet().removeAll(List.of("of", "attempt", "headers"));
            }
            case "answer" -> {
                var played = played(more);
                var attempt = played.attempt(number(more.getOrDefault("attempt", 0)));
                played.call.head(attempt, Head.http(number(value), headers(more)), world.now());
                played.call.end(attempt, End.COMPLETE, world.now());
                played.drain(world.now());
                more.keySet().removeAll(List.of("of", "attempt", "headers"));
            }
            case "end" -> {
                var played = played(more);
                played.call.end(played.attempt(number(more.getOrDefault("attempt", 0))), end(value, more), world.now());
                played.drain(world.now());
                more.keySet().removeAll(List.of("of", "attempt", "code"));
            }
            case "waits" -> {
                var played = played(more);
                played.call.awaits(played.attempt(number(value)), world.now());
                played.drain(world.now());
                more.keySet().remove("of");
            }
            case "rests" -> {
                var played = played(more);
                played.call.rests(played.attempt(number(value)));
                played.drain(world.now());
                more.keySet().remove("of");
            }
            case "wait" -> world.pass(Times.nanos(value));
            case "cancel" -> {
                var played = played(value == null ? more : Map.of("of", value));
                played.call.cancel(world.now());
                played.drain(world.now());
            }
            case "warm" -> {
                var played = played(more);
                played.call.answer(played.question, warmth(String.valueOf(value)), world.now());
                played.drain(world.now());
            }
            case "quota" -> {
                var played = played(more);
                played.call.answer(played.question, quota(String.valueOf(value), more), world.now());
                played.drain(world.now());
                more.keySet().removeAll(List.of("of", "headers", "body"));
            }
            case "publish" -> publish(map(value));
            case "pause" -> world.engine.pause(Boolean.TRUE.equals(value));
            default -> throw new IllegalArgumentException("'" + word + "' is neither event nor expectation");
        }
    }

    private static Headers headers(Map<String, Object> more) {
        return World.headers(more.get("headers"));
    }

    private static End end(Object value, Map<String, Object> more) {
        String word = String.valueOf(value);
        Outcome outcome = word.equals("complete") ? Outcome.SUCCESS : Outcome.valueOf(word.toUpperCase(Locale.ROOT));
        return new End(outcome, number(more.getOrDefault("code", 0)), null);
    }

    private static Answer quota(String word, Map<String, Object> more) {
        List<Refusal.Header> headers = new ArrayList<>();
        map(more.get("headers")).forEach((name, value) -> headers.add(new Refusal.Header(name, String.valueOf(value))));
        return switch (word) {
            case "ok" -> Answer.Quota.OK;
            case "over" -> new Answer.Quota(true, headers, String.valueOf(more.getOrDefault("body", "")));
            default -> new Answer.Failed(word);
        };
    }

    private static Answer warmth(String word) {
        return switch (word) {
            case "ready" -> Answer.READY;
            case "pass" -> Answer.PASS;
            default -> new Answer.Failed(word);
        };
    }

    private void expected(String word, Object value, Map<String, Object> more) {
        try {
            expect(word, value, more);
        } catch (Mismatch e) {
            throw word.equals("silence") ? e : new Mismatch(e.getMessage() + left());
        }
    }

    private void expect(String word, Object value, Map<String, Object> more) {
        switch (word) {
            case "counts" -> crowd("").counts(value);
            case "goes" -> crowd("").goes(value);
            case "moved" -> crowd("").moved(crowd(String.valueOf(more.remove("since"))), value);
            case "idle" -> {
                long wake = played(more).wakeAt();
                Expectation.same("idle", value, Times.text(wake == Long.MAX_VALUE ? wake : wake - world.now()));
                more.remove("of");
            }
            case "silence" -> nothingLeft();
            default -> {
                Played played = played(more);
                more.remove("of");
                Said said = played.said.poll();
                if (said == null) {
                    throw new Mismatch("nothing came; idle for "
                            + Times.text(
                                    played.wakeAt() == Long.MAX_VALUE
                                            ? Long.MAX_VALUE
                                            : played.wakeAt() - world.now()));
                }
                Object at = more.remove("at");
                if (at != null) {
                    Expectation.same("at", at, Times.text(world.elapsed(said.at())));
                }
                new Expectation(word, value, more).check(said.step(), played);
            }
        }
    }

    private Crowd crowd(String name) {
        return Objects.requireNonNull(crowds.get(name), () -> "no 'many' before");
    }

    private Played played(Map<String, Object> more) {
        return world.played(more.get("of"));
    }

    private void nothingLeft() {
        String left = left();
        if (!left.isEmpty()) {
            throw new Mismatch("not expected:" + left);
        }
    }

    private String left() {
        StringBuilder text = new StringBuilder();
        world.calls()
                .forEach((name, played) -> played.said.forEach(said -> text.append("\n    came     ")
                        .append(Words.full(said.step(), played.call))
                        .append(" (call ")
                        .append(name)
                        .append(", at ")
                        .append(Times.text(world.elapsed(said.at())))
                        .append(')')));
        return text.toString();
    }

    private static int number(Object value) {
        return Integer.parseInt(String.valueOf(value));
    }
}
