package dev.weft.engine.route;

import dev.weft.engine.balance.Balancers;
import dev.weft.engine.balance.PickContext;
import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.call.Request;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.Action.Split;
import dev.weft.engine.snapshot.Action.WeightedCluster;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which of a route's clusters a call goes to. */
public final class Splits {
    private Splits() {}

    /** @param hash of the call, asked only where the route splits by it */
    public static WeightedCluster choose(
            Action.Forward forward, Request request, PickContext hash, RandomSource random) {
        List<WeightedCluster> clusters = forward.clusters();
        if (clusters.size() == 1) {
            return clusters.get(0);
        }
        if (forward.split() instanceof Split.Header header) {
            String value = request.header(header.name());
            if (value != null && Texts.number(value, 0, value.length()) && value.charAt(0) != '-') {
                return at(clusters, Long.parseLong(value));
            }
        } else if (forward.split() instanceof Split.Hash && hash.hashed()) {
            return at(clusters, hash.hash());
        }
        return Balancers.choose(clusters, random);
    }

    /** How the choice is made, in words; null where chance makes it. */
    public static @Nullable String words(Action.Forward forward) {
        if (forward.clusters().size() == 1 || forward.split() instanceof Split.Random) {
            return null;
        }
        return forward.split() instanceof Split.Header header
                ? "by header " + header.name()
                : "by the hash of the call";
    }

    private static WeightedCluster at(List<WeightedCluster> clusters, long value) {
        long sum = 0;
        for (WeightedCluster cluster : clusters) {
            sum += cluster.weight();
        }
        long at = Long.remainderUnsigned(value, sum);
        int i = 0;
        while (at >= clusters.get(i).weight()) {
            at -= clusters.get(i++).weight();
        }
        return clusters.get(i);
    }
}
