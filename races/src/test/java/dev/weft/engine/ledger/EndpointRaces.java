package dev.weft.engine.ledger;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.weft.engine.snapshot.Balancer;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.Endpoint;
import dev.weft.engine.snapshot.OutlierPolicy;
import dev.weft.engine.snapshot.RetryBudget;
import dev.weft.engine.snapshot.Transport;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** Attempts that begin and end at once at the endpoints of a cluster. */
public class EndpointRaces {
    private static final dev.weft.engine.call.Outcome FAILURE = dev.weft.engine.call.Outcome.SERVER_FAILURE;
    private static final dev.weft.engine.call.Outcome SUCCESS = dev.weft.engine.call.Outcome.SUCCESS;
    private static final List<Endpoint> ENDPOINTS = List.of(
            Endpoint.of(new InetSocketAddress("10.0.0.1", 80)), Endpoint.of(new InetSocketAddress("10.0.0.2", 80)));

    /** @param failures in a row for which an endpoint is put out; 0 for never */
    private static LiveCluster cluster(int failures) {
        @Nullable
        OutlierPolicy outlier = failures == 0 ? null : new OutlierPolicy(failures, 1_000, 1_000_000, 1_000_000, 50);
        Cluster config = new Cluster(
                "a",
                Balancer.ROUND_ROBIN,
                ENDPOINTS,
                Transport.PLAINTEXT,
                outlier,
                0,
                new RetryBudget(0, 1),
                Long.MAX_VALUE);
        return new LiveCluster(config, new ClusterStats("a"), RacingRequest.FIRST, new ArrayList<>(), null);
    }

    private static LiveEndpoint pick(LiveCluster cluster) {
        LiveEndpoint picked = cluster.pick(0, RacingRequest.FIRST, List.of());
        if (picked == null) {
            throw new IllegalStateException("nobody can be picked");
        }
        return picked;
    }

    @JCStressTest
    @Outcome(id = "0, 2", expect = ACCEPTABLE, desc = "nothing is in flight, and both went well")
    @Outcome(expect = FORBIDDEN)
    @State
    public static class Successes {
        private final LiveCluster cluster = cluster(0);
        private final LiveEndpoint endpoint = pick(cluster);

        @Actor
        public void one() {
            endpoint.begun(0);
            cluster.succeeded(endpoint, 1, 1);
        }

        @Actor
        public void other() {
            endpoint.begun(0);
            endpoint.activity().well();
            endpoint.ended(1, 1);
        }

        @Arbiter
        public void after(II_Result r) {
            r.r1 = endpoint.inFlight();
            r.r2 = (int) endpoint.stats().successes();
        }
    }

    @JCStressTest
    @Outcome(id = "0", expect = ACCEPTABLE, desc = "nothing is in flight")
    @Outcome(expect = FORBIDDEN)
    @State
    public static class InFlight {
        private final LiveEndpoint endpoint = pick(cluster(0));

        @Actor
        public void one() {
            endpoint.begun(0);
            endpoint.ended(1, 1);
        }

        @Actor
        public void other() {
            endpoint.begun(0);
            endpoint.ended(1, 1);
        }

        @Arbiter
        public void after(I_Result r) {
            r.r1 = endpoint.inFlight();
        }
    }

    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = ACCEPTABLE,
            desc = "half of them may be out")
    @Outcome(expect = FORBIDDEN, desc = "none is out, or all are")
    @State
    public static class MostEjected {
        private final LiveCluster cluster = cluster(1);
        private final LiveEndpoint first = pick(cluster);
        private final LiveEndpoint second = pick(cluster);

        @Actor
        public void one() {
            cluster.observe(first, FAILURE, 0, 0);
        }

        @Actor
        public void other() {
            cluster.observe(second, FAILURE, 0, 0);
        }

        @Arbiter
        public void after(II_Result r) {
            r.r1 = first.stats().ejected(1) ? 1 : 0;
            r.r2 = second.stats().ejected(1) ? 1 : 0;
        }
    }

    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "put out once, and nothing is left in a row")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "the other failure came after it was put out")
    @Outcome(expect = FORBIDDEN)
    @State
    public static class EjectedOnce {
        private final LiveCluster cluster = cluster(1);
        private final LiveEndpoint endpoint = pick(cluster);

        @Actor
        public void one() {
            cluster.observe(endpoint, FAILURE, 0, 0);
        }

        @Actor
        public void other() {
            cluster.observe(endpoint, FAILURE, 0, 0);
        }

        @Arbiter
        public void after(II_Result r) {
            r.r1 = endpoint.stats().ejections();
            r.r2 = endpoint.stats().consecutiveFailures();
        }
    }

    @JCStressTest
    @Outcome(id = "0", expect = ACCEPTABLE, desc = "a success ends the row, whatever came before")
    @Outcome(expect = FORBIDDEN, desc = "a failure was counted that no success sees")
    @State
    public static class FailuresInARow {
        private final LiveCluster cluster = cluster(3);
        private final LiveEndpoint endpoint = pick(cluster);

        public FailuresInARow() {
            cluster.observe(endpoint, FAILURE, 0, 0);
        }

        @Actor
        public void fails() {
            cluster.observe(endpoint, FAILURE, 0, 0);
        }

        @Actor
        public void succeeds() {
            cluster.observe(endpoint, SUCCESS, 0, 0);
        }

        @Arbiter
        public void after(I_Result r) {
            cluster.observe(endpoint, SUCCESS, 0, 0);
            r.r1 = endpoint.stats().consecutiveFailures();
        }
    }

    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = ACCEPTABLE,
            desc = "the budget has one retry")
    @Outcome(expect = FORBIDDEN)
    @State
    public static class LastRetry {
        private final LiveCluster cluster = cluster(0);

        @Actor
        public void one(II_Result r) {
            r.r1 = cluster.takeRetry() ? 1 : 0;
        }

        @Actor
        public void other(II_Result r) {
            r.r2 = cluster.takeRetry() ? 1 : 0;
        }
    }
}
