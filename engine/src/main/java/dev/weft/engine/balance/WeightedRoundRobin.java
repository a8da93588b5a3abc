package dev.weft.engine.balance;

import java.util.concurrent.atomic.AtomicLong;

/**
 * In turn, as often as the weights say, the picks of a heavy one spread between those of the others.
 *
 * <p>An earliest-deadline schedule, as Envoy has it, needs a queue and a lock. This is its lock-free
 * equivalent, gRPC's static stride scheduler (gRFC A58): one counter walks round after round through
 * all candidates, and a candidate of relative weight w (the heaviest has 1) is passed over unless the
 * multiple {@code round * w} passes a whole number in this round. Over n rounds it is chosen n * w
 * times, give or take one, at even distances. The heaviest is never passed over, so that a pick looks
 * at no more than all candidates, and on average at heaviest / mean of them.
 *
 * <p>Relative weights are kept in 1/65,535; a weight above 0 is never rounded to 0.
 */
final class WeightedRoundRobin implements Picker {
    private static final int WHOLE = 65_535;

    /** Neighbours of equal weight take their turns in different rounds. */
    private static final int OFFSET = WHOLE / 2;

    private final char[] shares;
    private final AtomicLong turn;

    WeightedRoundRobin(double[] weights, int turn) {
        double most = 0;
        for (double weight : weights) {
            most = Math.max(most, weight);
        }
        shares = new char[weights.length];
        for (int i = 0; i < weights.length; i++) {
            long share = Math.round(weights[i] / most * WHOLE);
            shares[i] = (char) (weights[i] > 0 ? Math.max(1, share) : 0);
        }
        this.turn = new AtomicLong(turn & 0xFFFF_FFFFL);
    }

    @Override
    public int pick(long now, RandomSource random, PickContext call) {
        return next();
    }

    int next() {
        while (true) {
            long at = turn.getAndIncrement();
            int index = (int) (at % shares.length);
            long round = at / shares.length;
            int share = shares[index];
            if ((share * round + (long) index * OFFSET) % WHOLE >= WHOLE - share) {
                return index;
            }
        }
    }
}
