package dev.weft.engine.balance;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Two at random, the less loaded one (Mitzenmacher, "The power of two choices in randomized load
 * balancing", 2001). The two differ, so a loaded endpoint never competes with itself.
 */
final class LeastRequest implements Picker {
    /** Nothing else of the candidates is looked at: among very many, each further step waits for memory. */
    private final AtomicInteger[] active;

    private LeastRequest(AtomicInteger[] active) {
        this.active = active;
    }

    /** Where the weights are equal. */
    static Picker of(Candidate[] hosts, int choices) {
        AtomicInteger[] active = counters(hosts);
        // With four draws for each of them the least loaded one is missed in 2 of 100 cases.
        return choices == 2 ? new LeastRequest(active) : new OfMany(active, Math.min(choices, 4 * active.length));
    }

    static AtomicInteger[] counters(Candidate[] hosts) {
        AtomicInteger[] active = new AtomicInteger[hosts.length];
        for (int i = 0; i < hosts.length; i++) {
            active[i] = hosts[i].active();
        }
        return active;
    }

    @Override
    public int pick(long now, RandomSource random, PickContext call) {
        int first = random.below(active.length);
        int second = random.below(active.length - 1);
        if (second >= first) {
            second++;
        }
        return active[first].get() <= active[second].get() ? first : second;
    }

    /** More than two, with repetition, as Envoy draws them. */
    private record OfMany(AtomicInteger[] active, int choices) implements Picker {
        @Override
        public int pick(long now, RandomSource random, PickContext call) {
            int best = random.below(active.length);
            for (int i = 1; i < choices; i++) {
                int other = random.below(active.length);
                if (active[other].get() < active[best].get()) {
                    best = other;
                }
            }
            return best;
        }
    }
}
