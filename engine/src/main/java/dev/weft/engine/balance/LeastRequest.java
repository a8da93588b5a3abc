package dev.weft.engine.balance;

/**
 * Two at random, the less loaded one (Mitzenmacher, "The power of two choices in randomized load
 * balancing", 2001). The two differ, so a loaded endpoint never competes with itself.
 */
final class LeastRequest implements Picker {
    /** Nothing else of the candidates is looked at: among very many, each further step waits for memory. */
    private final Activity[] active;

    private LeastRequest(Activity[] active) {
        this.active = active;
    }

    /** Where the weights are equal. */
    static Picker of(Candidate[] hosts, int choices) {
        Activity[] active = counters(hosts);
        // With four draws for each of them the least loaded one is missed in 2 of 100 cases.
        return choices == 2 ? new LeastRequest(active) : new OfMany(active, Math.min(choices, 4 * active.length));
    }

    static Activity[] counters(Candidate[] hosts) {
        Activity[] active = new Activity[hosts.length];
        for (int i = 0; i < hosts.length; i++) {
            active[i] = hosts[i].activity();
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
        return active[first].inFlight() <= active[second].inFlight() ? first : second;
    }

    /** More than two, with repetition, as Envoy draws them. */
    private record OfMany(Activity[] active, int choices) implements Picker {
        @Override
        public int pick(long now, RandomSource random, PickContext call) {
            int best = random.below(active.length);
            for (int i = 1; i < choices; i++) {
                int other = random.below(active.length);
                if (active[other].inFlight() < active[best].inFlight()) {
                    best = other;
                }
            }
            return best;
        }
    }
}
