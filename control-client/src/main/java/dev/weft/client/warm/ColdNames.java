package dev.weft.client.warm;

import dev.weft.engine.call.Answer;
import dev.weft.engine.call.Question.Warm;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The calls that wait for a name to become warm. */
final class ColdNames {
    /** A little before the engine's own 5 s, so that the caller learns the cause. */
    private static final long LIMIT = 4_900_000_000L;

    private final List<Waiting> waiting = new ArrayList<>();

    private record Waiting(Warm question, Consumer<Answer> answer, long until) {}

    void add(Warm question, Consumer<Answer> answer, long now) {
        waiting.add(new Waiting(question, answer, now + LIMIT));
    }

    /**
     * Answers those that can be answered.
     *
     * @param judge an answer, or null while the name has to wait
     * @param cause why it took too long
     */
    void settle(Function<Warm, @Nullable Answer> judge, Function<Warm, String> cause, long now) {
        var open = List.copyOf(waiting);
        waiting.clear();
        for (Waiting one : open) {
            var answer = judge.apply(one.question());
            if (answer == null && now >= one.until()) {
                answer = new Answer.Failed(cause.apply(one.question()));
            }
            if (answer == null) {
                waiting.add(one);
            } else {
                one.answer().accept(answer);
            }
        }
    }

    /**
     * DNS knows the host.
     *
     * @param known for whom that makes no difference
     */
    void pass(String host, Predicate<Warm> known) {
        var open = List.copyOf(waiting);
        waiting.clear();
        for (Waiting one : open) {
            if (one.question().host().equals(host) && !known.test(one.question())) {
                one.answer().accept(Answer.PASS);
            } else {
                waiting.add(one);
            }
        }
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    long wakeAt() {
        long at = Long.MAX_VALUE;
        for (Waiting one : waiting) {
            at = Math.min(at, one.until());
        }
        return at;
    }
}
