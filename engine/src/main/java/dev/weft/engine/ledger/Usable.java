package dev.weft.engine.ledger;

import dev.weft.engine.balance.PickContext;
import dev.weft.engine.balance.Picker;
import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.balance.Score;
import dev.weft.engine.snapshot.Balancer;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who may be chosen, and the choices prepared: first a priority, then a locality where they are
 * weighted, then one endpoint. Most clusters have one of each, and nothing to choose before the last.
 */
public final class Usable {
    private final LiveEndpoint[] hosts;
    private final LiveEndpoint[] spare;
    private final boolean panic;
    private final long until;
    private final int epoch;
    private final Level[] levels;
    /** The choice, where there is one for everybody: itself here, because a step less is a wait for memory less. */
    private final @Nullable Picker picker;

    /**
     * @param spare whom a retry may meet where it has met all of these
     * @param levels their loads are together 100
     * @param until when the choices must be made anew
     * @param epoch of the ejections that were seen
     */
    Usable(
            List<LiveEndpoint> hosts,
            List<LiveEndpoint> spare,
            boolean panic,
            List<Level> levels,
            long until,
            int epoch) {
        this.hosts = hosts.toArray(LiveEndpoint[]::new);
        this.spare = spare.toArray(LiveEndpoint[]::new);
        this.panic = panic;
        this.until = until;
        this.epoch = epoch;
        this.levels = levels.toArray(Level[]::new);
        boolean one = levels.size() == 1 && levels.get(0).leaves.length == 1;
        this.picker = one ? levels.get(0).leaves[0].picker : null;
    }

    /** Everybody who may be chosen. */
    public LiveEndpoint[] hosts() {
        return hosts;
    }

    LiveEndpoint[] spare() {
        return spare;
    }

    /** Whether, in a priority at least, so few are healthy that health and ejection are ignored. */
    public boolean panic() {
        return panic;
    }

    /** Of priorities and the like; 0 where nobody may be chosen. */
    int levels() {
        return levels.length;
    }

    boolean holds(long now, int currentEpoch) {
        return now < until && epoch == currentEpoch;
    }

    /**
     * Endpoints to choose one of, with the choice prepared.
     *
     * @param weights by which it was prepared; none where they are equal
     * @param percent of all calls that are shared out here
     */
    record Leaf(LiveEndpoint[] hosts, Picker picker, double[] weights, double percent) {
        LiveEndpoint pick(long now, RandomSource random, PickContext call) {
            return hosts[picker.pick(now, random, call)];
        }
    }

    /**
     * A priority, or the degraded endpoints of one.
     *
     * @param load percent of the calls
     * @param localities chooses a leaf; not asked where there is one
     * @param leaves none where calls are to fail
     */
    record Level(int load, Picker localities, Leaf[] leaves) {}

    /** Chooses for a call that wishes nothing, where all choose alike; null where they don't. */
    @Nullable
    LiveEndpoint plain(long now, RandomSource random) {
        return picker == null ? null : hosts[picker.pick(now, random, PickContext.NONE)];
    }

    /**
     * What the choice goes by for each of {@link #hosts}, for who explains it: nobody's turn passes.
     *
     * @param call whose hash, if it has one, is somebody's
     */
    public Map<LiveEndpoint, Score> scores(Balancer balancer, long now, RandomSource random, PickContext call) {
        boolean hashed = balancer.hashes() && call.hashed();
        Leaf mine = hashed ? leaf(now, random, call, true) : null;
        LiveEndpoint own = mine == null ? null : mine.pick(now, random, call);
        Map<LiveEndpoint, Score> scores = new IdentityHashMap<>();
        for (Level level : levels) {
            for (Leaf leaf : level.leaves) {
                boolean equal = leaf.weights.length == 0;
                double sum =
                        equal ? leaf.hosts.length : Arrays.stream(leaf.weights).sum();
                for (int i = 0; i < leaf.hosts.length; i++) {
                    LiveEndpoint host = leaf.hosts[i];
                    double weight = equal ? 1 : leaf.weights[i];
                    double percent = leaf.percent * weight / sum;
                    Score score = Score.of(balancer, host, weight, equal, percent, host == own, now);
                    scores.merge(host, score, Score::and);
                }
            }
        }
        return scores;
    }

    /** Where to choose for this call; null when it has nowhere to go. */
    @Nullable
    Leaf leaf(long now, RandomSource random, PickContext call, boolean hashes) {
        if (levels.length == 0) {
            return null;
        }
        Level level = levels[0];
        if (levels.length > 1) {
            int at = hashes && call.hashed() ? (int) Long.remainderUnsigned(call.hash(), 100) : random.below(100);
            for (int i = 0; i < levels.length && at >= 0; i++) {
                level = levels[i];
                at -= level.load;
            }
        }
        Leaf[] leaves = level.leaves;
        return leaves.length == 0
                ? null
                : leaves.length == 1 ? leaves[0] : leaves[level.localities.pick(now, random, call)];
    }
}
