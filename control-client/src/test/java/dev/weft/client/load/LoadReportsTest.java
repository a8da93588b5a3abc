package dev.weft.client.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Duration;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.weft.engine.Engine;
import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.ledger.LiveCluster;
import dev.weft.engine.ledger.LiveEndpoint;
import dev.weft.engine.snapshot.Balancer;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.Directory;
import dev.weft.engine.snapshot.Endpoint;
import dev.weft.engine.snapshot.Endpoint.Locality;
import dev.weft.engine.snapshot.Limits;
import dev.weft.engine.snapshot.RetryBudget;
import dev.weft.engine.snapshot.Sharing;
import dev.weft.engine.snapshot.Snapshot;
import dev.weft.engine.snapshot.Transport;
import dev.weft.engine.trace.Ambient;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterStats;
import io.envoyproxy.envoy.config.endpoint.v3.UpstreamLocalityStats;
import io.envoyproxy.envoy.service.load_stats.v3.LoadStatsRequest;
import io.envoyproxy.envoy.service.load_stats.v3.LoadStatsResponse;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is reported of calls, with a server played by the test and time turned by hand. */
final class LoadReportsTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Locality EAST = new Locality("eu", "east", "");
    private static final Locality WEST = new Locality("eu", "west", "");

    private final Random seeded = new Random(3);
    private final RandomSource random = new RandomSource() {
        @Override
        public int below(int bound) {
            return seeded.nextInt(bound);
        }

        @Override
        public long bits() {
            return seeded.nextLong();
        }
    };
    private final Engine engine = new Engine(random, new Ambient(() -> false), call -> {}, bug -> {
        throw new AssertionError(bug);
    });
    private final LoadReports reports =
            new LoadReports(() -> engine.live().clusters().values(), random);
    private final List<LoadStatsRequest> sent = new ArrayList<>();
    private final List<String> closed = new ArrayList<>();
    private int opened;
    private long now = 1000 * SECOND;

    private static Endpoint endpoint(int port, Locality locality) {
        return new Endpoint(new InetSocketAddress("127.0.0.1", port), Endpoint.Health.HEALTHY, 1, locality, Map.of());
    }

    private static Cluster cluster(String name, Limits limits, Endpoint... endpoints) {
        return new Cluster(
                name,
                Balancer.LEAST_REQUEST,
                List.of(endpoints),
                Transport.PLAINTEXT,
                null,
                50,
                RetryBudget.DEFAULT,
                Long.MAX_VALUE,
                Sharing.DEFAULT,
                limits);
    }

    private void publish(Cluster... clusters) {
        Map<String, Cluster> all = new HashMap<>();
        for (Cluster cluster : clusters) {
            all.put(cluster.name(), cluster);
        }
        engine.publish(new Snapshot("1", Directory.PENDING, List.of(), all, null));
        reports.look(now);
    }

    private LiveCluster live(String name) {
        var live = engine.live().clusters().get(name);
        if (live == null) {
            throw new AssertionError(name);
        }
        return live;
    }

    private LiveEndpoint live(String cluster, int port) {
        return live(cluster).all().stream()
                .filter(one -> one.config().address().getPort() == port)
                .findFirst()
                .orElseThrow();
    }

    private void call(String cluster, int port, Outcome outcome) {
        var to = live(cluster, port);
        to.begun(0);
        live(cluster).observe(to, outcome, now, now);
        to.ended(1000, now);
    }

    /** Does what is due. */
    private void run() {
        for (var step = reports.next(now); step != null; step = reports.next(now)) {
            if (step instanceof LoadReports.Step.Open) {
                opened++;
            } else if (step instanceof LoadReports.Step.Send send) {
                try {
                    sent.add(LoadStatsRequest.parseFrom(send.request()));
                } catch (InvalidProtocolBufferException e) {
                    throw new AssertionError(e);
                }
            } else if (step instanceof LoadReports.Step.Close close) {
                closed.add(close.why());
            }
        }
    }

    private void pass(long nanos) {
        long end = now + nanos;
        for (long at = reports.wakeAt(); at <= end; at = reports.wakeAt()) {
            now = Math.max(now, at);
            run();
        }
        now = end;
        run();
    }

    private void open(String... clusters) {
        reports.connected(new byte[] {10, 1, 'n'}, now);
        Map<String, String> wanted = new HashMap<>();
        for (String cluster : clusters) {
            wanted.put(cluster, "endpoints of " + cluster);
        }
        reports.want(wanted);
        run();
    }

    private static LoadStatsResponse.Builder every(long seconds) {
        return LoadStatsResponse.newBuilder()
                .setLoadReportingInterval(Duration.newBuilder().setSeconds(seconds));
    }

    private void ask(LoadStatsResponse.Builder response) {
        reports.received(response.build().toByteArray(), now);
        run();
    }

    private LoadStatsRequest last() {
        return sent.get(sent.size() - 1);
    }

    private static UpstreamLocalityStats in(ClusterStats stats, Locality locality) {
        return stats.getUpstreamLocalityStatsList().stream()
                .filter(part -> part.getLocality().getZone().equals(locality.zone()))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void nothingIsOpenedWhileNoClustersLoadIsToBeReported() {
        publish(cluster("a", Limits.NONE, endpoint(1, EAST)));
        open();
        pass(60 * SECOND);
        assertEquals(0, opened);
        reports.want(Map.of("a", ""));
        run();
        assertEquals(1, opened);
    }

    @Test
    void theFirstRequestHasTheNodeAndNoClustersAndTheOthersNoNode() {
        publish(cluster("a", Limits.NONE, endpoint(1, EAST)));
        open("a");
        assertEquals("n", sent.get(0).getNode().getId());
        assertEquals(0, sent.get(0).getClusterStatsCount());
        ask(every(10).setSendAllClusters(true));
        pass(10 * SECOND);
        assertEquals(2, sent.size());
        assertTrue(!last().hasNode());
    }

    @Test
    void issuedSuccessfulFailedAndUnderWayAreToldByLocalityOfEachInterval() {
        publish(cluster("a", Limits.NONE, endpoint(1, EAST), endpoint(2, EAST), endpoint(3, WEST)));
        call("a", 1, Outcome.SUCCESS); // before anybody asked
        open("a");
        ask(every(10).setSendAllClusters(true));
        call("a", 1, Outcome.SUCCESS);
        call("a", 2, Outcome.SUCCESS);
        call("a", 2, Outcome.SERVER_FAILURE);
        call("a", 1, Outcome.CALLER_FAULT);
        live("a", 3).begun(0);
        pass(10 * SECOND);
        var stats = last().getClusterStats(0);
        assertEquals("a", stats.getClusterName());
        assertEquals("endpoints of a", stats.getClusterServiceName());
        assertEquals(10, stats.getLoadReportInterval().getSeconds());
        assertEquals("eu", in(stats, EAST).getLocality().getRegion());
        assertEquals(4, in(stats, EAST).getTotalIssuedRequests());
        assertEquals(3, in(stats, EAST).getTotalSuccessfulRequests());
        assertEquals(1, in(stats, EAST).getTotalErrorRequests());
        assertEquals(0, in(stats, EAST).getTotalRequestsInProgress());
        assertEquals(1, in(stats, WEST).getTotalIssuedRequests());
        assertEquals(1, in(stats, WEST).getTotalRequestsInProgress());

        live("a").observe(live("a", 3), Outcome.SUCCESS, now, now);
        live("a", 3).ended(5, now);
        pass(10 * SECOND);
        stats = last().getClusterStats(0);
        assertEquals(1, stats.getUpstreamLocalityStatsCount());
        assertEquals(0, in(stats, WEST).getTotalIssuedRequests());
        assertEquals(1, in(stats, WEST).getTotalSuccessfulRequests());
        assertEquals(0, in(stats, WEST).getTotalRequestsInProgress());

        pass(10 * SECOND);
        assertEquals(0, last().getClusterStatsCount(), "nothing was called");
    }

    @Test
    void onlyClustersThatAreAskedForAreToldAndOneThatIsAskedForLaterBeginsThen() {
        publish(cluster("a", Limits.NONE, endpoint(1, EAST)), cluster("b", Limits.NONE, endpoint(2, EAST)));
        open("a");
        ask(every(10).addClusters("a"));
        call("a", 1, Outcome.SUCCESS);
        call("b", 2, Outcome.SUCCESS);
        pass(5 * SECOND);
        ask(every(10).addClusters("a").addClusters("b"));
        call("b", 2, Outcome.SUCCESS);
        pass(10 * SECOND);
        assertEquals(2, last().getClusterStatsCount());
        for (var stats : last().getClusterStatsList()) {
            assertEquals(1, in(stats, EAST).getTotalIssuedRequests(), stats.getClusterName());
            // What came between two questions is billed to a cluster that was asked for before.
            assertEquals(
                    stats.getClusterName().equals("a") ? 15 : 10,
                    stats.getLoadReportInterval().getSeconds());
        }
        ask(every(10).addClusters("b"));
        call("a", 1, Outcome.SUCCESS);
        pass(10 * SECOND);
        assertEquals(0, last().getClusterStatsCount());
    }

    @Test
    void anEndpointThatLeavesIsToldOfUntilItsLastCallHasEnded() {
        publish(cluster("a", Limits.NONE, endpoint(1, EAST), endpoint(2, EAST)));
        open("a");
        ask(every(10).setSendAllClusters(true));
        var leaving = live("a", 1);
        var old = live("a");
        call("a", 1, Outcome.SUCCESS);
        leaving.begun(0);
        publish(cluster("a", Limits.NONE, endpoint(2, EAST)));
        pass(10 * SECOND);
        var stats = in(last().getClusterStats(0), EAST);
        assertEquals(2, stats.getTotalIssuedRequests());
        assertEquals(1, stats.getTotalRequestsInProgress());
        old.observe(leaving, Outcome.RESET, now, now);
        leaving.ended(5, now);
        pass(10 * SECOND);
        assertEquals(1, in(last().getClusterStats(0), EAST).getTotalErrorRequests());
        pass(10 * SECOND);
        assertEquals(0, last().getClusterStatsCount());
    }

    @Test
    void callsThatAreRefusedAreToldAsDroppedWithTheirCategory() {
        var limits = new Limits(Integer.MAX_VALUE, List.of(new Limits.Drop("throttle", 1_000_000)), null);
        publish(cluster("a", limits, endpoint(1, EAST)));
        open("a");
        ask(every(10).setSendAllClusters(true));
        live("a").overflow(random);
        live("a").overflow(random);
        pass(10 * SECOND);
        var stats = last().getClusterStats(0);
        assertEquals(2, stats.getTotalDroppedRequests());
        assertEquals("throttle", stats.getDroppedRequests(0).getCategory());
        assertEquals(2, stats.getDroppedRequests(0).getDroppedCount());
    }

    @Test
    void aCallThatWeGaveUpOurselvesHasNoOutcomeAndIsNotCountedTwice() {
        publish(cluster("a", Limits.NONE, endpoint(1, EAST)));
        open("a");
        ask(every(10).setSendAllClusters(true));
        var endpoint = live("a", 1);
        endpoint.begun(0);
        pass(10 * SECOND);
        assertEquals(1, in(last().getClusterStats(0), EAST).getTotalIssuedRequests());
        endpoint.ended(5, now);
        call("a", 1, Outcome.SUCCESS);
        pass(10 * SECOND);
        var stats = in(last().getClusterStats(0), EAST);
        assertEquals(0, stats.getTotalIssuedRequests());
        assertEquals(1, stats.getTotalSuccessfulRequests());
        call("a", 1, Outcome.SUCCESS);
        pass(10 * SECOND);
        assertEquals(1, in(last().getClusterStats(0), EAST).getTotalIssuedRequests());
    }

    @Test
    void noServerMakesItReportMoreThanOnceASecond() {
        publish(cluster("a", Limits.NONE, endpoint(1, EAST)));
        open("a");
        ask(LoadStatsResponse.newBuilder()
                .setSendAllClusters(true)
                .setLoadReportingInterval(Duration.newBuilder().setNanos(1)));
        int before = sent.size();
        pass(10 * SECOND);
        assertEquals(before + 10, sent.size());
    }

    @Test
    void anIntervalThatIsNoneEndsTheStreamAndItComesBackLater() {
        publish(cluster("a", Limits.NONE, endpoint(1, EAST)));
        open("a");
        ask(every(0).setSendAllClusters(true));
        assertEquals(List.of("load reports: load_reporting_interval: is 0 s 0 ns"), closed);
        ask(every(-1).setSendAllClusters(true)); // too late, on a stream that is over
        assertEquals(1, closed.size());
        assertEquals(1, opened);
        pass(2 * SECOND);
        assertEquals(2, opened);
        reports.received(new byte[] {(byte) 0xff}, now);
        run();
        assertTrue(closed.get(1).startsWith("load reports: malformed"), closed.toString());
    }

    @Test
    void aStreamThatEndsIsOpenedAgainWithItsNodeAndBeginsAnew() {
        publish(cluster("a", Limits.NONE, endpoint(1, EAST)));
        open("a");
        ask(every(10).setSendAllClusters(true));
        call("a", 1, Outcome.SUCCESS);
        reports.closed(false, now);
        pass(2 * SECOND);
        assertEquals(2, opened);
        assertEquals("n", last().getNode().getId());
        pass(60 * SECOND);
        assertEquals("n", last().getNode().getId(), "nobody has asked on this stream");
    }

    @Test
    void aServerWithoutTheServiceIsAskedAgainOverTheNextConnectionOnly() {
        publish(cluster("a", Limits.NONE, endpoint(1, EAST)));
        open("a");
        reports.closed(true, now);
        pass(600 * SECOND);
        assertEquals(1, opened);
        reports.disconnected();
        open("a");
        assertEquals(2, opened);
    }

    @Test
    void itEndsWhenNoClustersLoadIsToBeReportedAnyMoreOrTheConnectionIsGone() {
        publish(cluster("a", Limits.NONE, endpoint(1, EAST)));
        open("a");
        ask(every(10).setSendAllClusters(true));
        reports.want(Map.of());
        assertInstanceOf(LoadReports.Step.Close.class, reports.next(now));
        assertNull(reports.next(now + 600 * SECOND));
        open("a");
        reports.disconnected();
        int before = sent.size();
        pass(600 * SECOND);
        assertEquals(before, sent.size());
    }
}
