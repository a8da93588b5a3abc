package dev.weft.vectors;

import dev.weft.engine.Call;
import dev.weft.engine.Flight;
import dev.weft.engine.call.Attempt;
import dev.weft.engine.call.Question;
import dev.weft.engine.call.Step;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.LongSupplier;

/** A call of a case: what it said that no expectation has taken yet, and its attempts. */
final class Played {
    /**
     * @param at when it was said
     */
    record Said(Step step, long at) {}

    final Call call;
    final Asked request;
    final Deque<Said> said = new ArrayDeque<>();
    final List<Flight> attempts = new ArrayList<>();
    Step.Ask question;
    private final LongSupplier clock;
    private long wakeAt = Long.MAX_VALUE;

    /** @param clock what it goes by when its turn comes */
    Played(Call call, Asked request, LongSupplier clock) {
        this.call = call;
        this.request = request;
        this.clock = clock;
    }

    /** Takes every step that there is now. */
    void drain(long now) {
        while (true) {
            Step step = call.next(now);
            if (step instanceof Step.Idle idle) {
                wakeAt = idle.wakeAt();
                return;
            }
            if (step instanceof Flight flight) {
                attempts.add(flight);
            } else if (step instanceof Step.Shadow shadow) {
                attempts.add((Flight) shadow.attempt());
            } else if (step instanceof Step.Ask ask) {
                question = ask;
            }
            said.add(new Said(step, now));
            if (step instanceof Step.Ask ask && ask.question() instanceof Question.Place place) {
                place.await(answer -> {
                    call.answer(ask, answer, clock.getAsLong());
                    drain(clock.getAsLong());
                });
            }
        }
    }

    /** What it says at once, which is then taken. */
    Said first() {
        Said first = said.poll();
        if (first == null) {
            throw new Mismatch("nothing came at once");
        }
        return first;
    }

    /** When it wants to be asked again. */
    long wakeAt() {
        return wakeAt;
    }

    /** @param number 0 for the one sent last */
    Attempt attempt(int number) {
        if (attempts.isEmpty() || number > attempts.size()) {
            throw new Mismatch(
                    "attempt " + (number == 0 ? 1 : number) + " is not there: " + attempts.size() + " were sent");
        }
        return attempts.get(number == 0 ? attempts.size() - 1 : number - 1);
    }
}
