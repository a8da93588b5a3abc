package dev.weft.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.engine.Call;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.Balancer;
import dev.weft.engine.snapshot.Breaker;
import dev.weft.engine.snapshot.Bulkhead;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.Directory;
import dev.weft.engine.snapshot.Endpoint;
import dev.weft.engine.snapshot.Endpoint.Health;
import dev.weft.engine.snapshot.Endpoint.Locality;
import dev.weft.engine.snapshot.Guard;
import dev.weft.engine.snapshot.HeaderEdits;
import dev.weft.engine.snapshot.Limits;
import dev.weft.engine.snapshot.Match;
import dev.weft.engine.snapshot.RetryBudget;
import dev.weft.engine.snapshot.RetryPolicy;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.Sharing;
import dev.weft.engine.snapshot.Snapshot;
import dev.weft.engine.snapshot.Transport;
import dev.weft.engine.snapshot.VirtualHost;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What operators are woken for: numbers of clusters and breakers that say that calls are refused, or will be. */
class AlarmsTest {
    private static final Calls.Asked GET = new Calls.Asked("order", "GET", "/", false);
    private static final long EVER = Long.MAX_VALUE;

    private final Calls calls = new Calls();

    private Map<String, Double> samples() {
        Exposition out = new Exposition();
        ClusterMetrics.write(calls.engine.live().clusters().values(), calls.now, out);
        BreakerMetrics.write(calls.engine.ledger().gates(), calls.now, out);
        return PrometheusText.read(out.toString());
    }

    private double cluster(String name) {
        return samples().get("weft_cluster_" + name + "|cluster_name=a");
    }

    private static List<Endpoint> endpoints(Health... each) {
        List<Endpoint> all = new ArrayList<>();
        for (int i = 0; i < each.length; i++) {
            all.add(new Endpoint(new InetSocketAddress("127.0.0.1", i + 1), each[i], 1, Locality.NONE, Map.of()));
        }
        return all;
    }

    private void publish(
            List<Endpoint> endpoints,
            Limits limits,
            RetryBudget budget,
            @Nullable RetryPolicy retry,
            List<Guard> guards) {
        Cluster cluster = new Cluster(
                "a",
                Balancer.ROUND_ROBIN,
                endpoints,
                Transport.PLAINTEXT,
                null,
                50,
                budget,
                EVER,
                Sharing.DEFAULT,
                limits);
        Action.Forward forward = new Action.Forward(
                List.of(new Action.WeightedCluster("a", 1, HeaderEdits.NONE)),
                3_000_000_000L,
                retry,
                null,
                List.of(),
                HeaderEdits.NONE);
        calls.engine.publish(new Snapshot(
                "2",
                new Directory(Directory.State.KNOWN, Map.of()),
                List.of(new VirtualHost(
                        "order", List.of("order"), List.of(new Route("all", Match.ANY, forward, guards)))),
                Map.of("a", cluster)));
    }

    private void publish(List<Endpoint> endpoints, Limits limits, RetryBudget budget) {
        publish(endpoints, limits, budget, null, List.of());
    }

    @Test
    void aClusterInPanicSaysSo() {
        publish(endpoints(Health.HEALTHY, Health.HEALTHY), Limits.NONE, RetryBudget.DEFAULT);
        assertEquals(0, cluster("lb_healthy_panic_active"));
        publish(endpoints(Health.HEALTHY, Health.UNHEALTHY, Health.UNHEALTHY), Limits.NONE, RetryBudget.DEFAULT);
        assertEquals(1, cluster("lb_healthy_panic_active"));
    }

    @Test
    void aClusterThatIsFullSaysOfWhat() {
        Bulkhead one = new Bulkhead("a", 1, 0, EVER);
        publish(endpoints(Health.HEALTHY), new Limits(1, List.of(), one), new RetryBudget(0, 0));
        assertEquals(0, cluster("circuit_breakers_default_rq_open"));
        assertEquals(0, cluster("circuit_breakers_default_cx_open"));
        assertEquals(1, cluster("circuit_breakers_default_rq_retry_open"), "it allows none");
        Call open = calls.begin(GET);
        open.next(calls.now);
        assertEquals(1, cluster("circuit_breakers_default_rq_open"));
        assertEquals(1, cluster("circuit_breakers_default_cx_open"));
        publish(endpoints(Health.HEALTHY), new Limits(2, List.of()), RetryBudget.DEFAULT);
        assertEquals(0, cluster("circuit_breakers_default_rq_open"));
        assertEquals(0, cluster("circuit_breakers_default_cx_open"), "there is no limit any more");
        assertEquals(0, cluster("circuit_breakers_default_rq_retry_open"));
    }

    @Test
    void theLimitOfATryIsCountedApartFromThatOfTheCall() {
        publish(endpoints(Health.HEALTHY), Limits.NONE, RetryBudget.DEFAULT);
        calls.silent(1).run(GET);
        assertEquals(1, cluster("upstream_rq_timeout"));
        assertEquals(0, cluster("upstream_rq_per_try_timeout"));
        RetryPolicy hasty = new RetryPolicy(Set.of(), Set.of(), 0, 10_000_000, 1000, 10_000, false);
        publish(endpoints(Health.HEALTHY), Limits.NONE, RetryBudget.DEFAULT, hasty, List.of());
        calls.silent(1).run(GET);
        assertEquals(2, cluster("upstream_rq_timeout"), "which counts all limits");
        assertEquals(1, cluster("upstream_rq_per_try_timeout"));
    }

    @Test
    void aBreakerThatRefusesSaysSo() {
        Breaker breaker =
                new Breaker("route all", 50, 100, 1_000_000_000, new Breaker.Window.Calls(1), 1, 1_000_000_000, 1);
        publish(endpoints(Health.HEALTHY), Limits.NONE, RetryBudget.DEFAULT, null, List.of(breaker));
        assertEquals(0, samples().get("weft_breaker_open|scope=route all"));
        calls.status(500).run(GET);
        calls.run(GET);
        assertEquals(1, samples().get("weft_breaker_open|scope=route all"));
        assertEquals(1, samples().get("weft_breaker_opened_total|scope=route all"));
        assertEquals(1, samples().get("weft_breaker_rejected_total|scope=route all"));
        calls.now += 1_000_000_000;
        assertEquals(0, samples().get("weft_breaker_open|scope=route all"), "some may try");
    }
}
