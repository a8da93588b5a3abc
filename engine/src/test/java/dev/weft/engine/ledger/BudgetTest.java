package dev.weft.engine.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.SeededRandom;
import dev.weft.engine.snapshot.Balancer;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.Endpoint;
import dev.weft.engine.snapshot.RetryBudget;
import dev.weft.engine.snapshot.Transport;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The retry budget against a list of everything that is under way, counted anew for each question. */
class BudgetTest {
    private enum Kind {
        FIRST,
        /** Has a place, and waits. */
        PLANNED,
        COUNTED,
        FREE
    }

    private record Attempt(Kind kind, LiveEndpoint to) {}

    private static LiveCluster cluster(RetryBudget budget) {
        List<Endpoint> endpoints = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            endpoints.add(Endpoint.of(new InetSocketAddress("10.0.0." + i, 80)));
        }
        Cluster config =
                new Cluster("a", Balancer.ROUND_ROBIN, endpoints, Transport.PLAINTEXT, null, 0, budget, Long.MAX_VALUE);
        return new LiveCluster(config, new ClusterStats("a"), new SeededRandom(1), new ArrayList<>(), null);
    }

    private static long count(List<Attempt> all, Kind kind) {
        return all.stream().filter(one -> one.kind == kind).count();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void aPlaceIsGivenWhereTheSlowAndObviousCountAllowsIt(long seed) {
        SeededRandom random = new SeededRandom(seed);
        int percent = random.below(101);
        int least = random.below(5);
        LiveCluster cluster = cluster(new RetryBudget(percent, least));
        List<Attempt> all = new ArrayList<>();
        int given = 0;
        int refused = 0;
        for (int i = 0; i < 5_000; i++) {
            LiveEndpoint to = cluster.all().get(random.below(3));
            int what = random.below(10);
            if (what < 4) {
                to.begun(i);
                all.add(new Attempt(Kind.FIRST, to));
            } else if (what < 7) {
                long places = count(all, Kind.PLANNED) + count(all, Kind.COUNTED) + 1;
                boolean allowed = places <= least || places * 100 <= percent * count(all, Kind.FIRST);
                assertEquals(allowed, cluster.takeRetry(), percent + " %, " + least + ", " + all.size());
                if (allowed) {
                    all.add(new Attempt(Kind.PLANNED, to));
                }
                given += allowed ? 1 : 0;
                refused += allowed ? 0 : 1;
            } else if (what < 8) {
                to.begun(i);
                cluster.retrySent();
                all.add(new Attempt(Kind.FREE, to));
            } else if (!all.isEmpty()) {
                goesOn(cluster, all, random.below(all.size()), random.below(4) == 0, i);
            }
        }
        assertTrue(given > 0 && refused > 0, given + " were given and " + refused + " refused");
    }

    /** 0.29 * 100 is less than 29 to a computer. */
    @Test
    void aShareThatComesOutEvenIsNotRoundedDown() {
        for (int percent = 1; percent <= 100; percent++) {
            LiveCluster cluster = cluster(new RetryBudget(percent, 0));
            for (int i = 0; i < 100; i++) {
                cluster.all().get(0).begun(i);
            }
            int places = 0;
            while (cluster.takeRetry()) {
                places++;
            }
            assertEquals(percent, places);
        }
    }

    /** What waits is sent, or given up; what was sent ends. */
    private static void goesOn(LiveCluster cluster, List<Attempt> all, int index, boolean givenUp, long now) {
        Attempt one = all.remove(index);
        if (one.kind == Kind.PLANNED && givenUp) {
            cluster.giveRetryBack();
        } else if (one.kind == Kind.PLANNED) {
            one.to.begun(now);
            cluster.retrySent();
            all.add(new Attempt(Kind.COUNTED, one.to));
        } else {
            one.to.ended(1, now);
            if (one.kind != Kind.FIRST) {
                cluster.retryEnded(one.kind == Kind.COUNTED);
            }
        }
    }
}
