package dev.weft.testkit.replay;

import dev.weft.engine.Engine;
import dev.weft.engine.snapshot.Snapshot;
import dev.weft.engine.trace.Ambient;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * Calls decided anew, in virtual time: each begins when it began, beside those that were under way then, and its
 * attempts come to what they came to. An attempt that was never made is answered with 200 at once.
 */
final class Replayer {
    /** An hour: no time is before the beginning. */
    private static final long BEGINNING = 3_600_000_000_000L;

    private final Dice dice;
    private final Engine engine;
    private final PriorityQueue<Happening> ahead =
            new PriorityQueue<>(Comparator.comparingLong(Happening::at).thenComparingLong(Happening::order));
    private long now = BEGINNING;
    private long order;

    private record Happening(long at, long order, Runnable what) {}

    private Replayer(Snapshot snapshot, long seed) {
        dice = new Dice(seed);
        engine = new Engine(dice, new Ambient(() -> true), call -> {}, bug -> {
            throw new IllegalStateException("a bug of the engine", bug);
        });
        engine.publish(snapshot);
    }

    /** @return one verdict for each call, in their order */
    static List<Verdict> decide(Snapshot snapshot, List<RecordedCall> calls, long seed) {
        return new Replayer(snapshot, seed).all(calls, seed);
    }

    private List<Verdict> all(List<RecordedCall> calls, long seed) {
        long first = calls.stream().mapToLong(RecordedCall::at).min().orElse(0);
        List<ReplayedCall> replayed = new ArrayList<>();
        for (int i = 0; i < calls.size(); i++) {
            RecordedCall call = calls.get(i);
            var random = new SplittableRandom(seed ^ (i + 1) * 0x9E37_79B9_7F4A_7C15L);
            var one = new ReplayedCall(this, engine, call, random);
            replayed.add(one);
            at(BEGINNING + call.at() - first, one::begin);
        }
        for (Happening next = ahead.poll(); next != null; next = ahead.poll()) {
            now = Math.max(now, next.at);
            next.what.run();
        }
        return replayed.stream().map(ReplayedCall::verdict).toList();
    }

    Dice dice() {
        return dice;
    }

    long now() {
        return now;
    }

    void at(long time, Runnable what) {
        ahead.add(new Happening(time, order++, what));
    }
}
