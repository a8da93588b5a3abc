package dev.weft.bench;

import dev.weft.engine.Engine;
import dev.weft.engine.Witness;
import dev.weft.engine.adapt.Inbound;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Workload;
import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.balance.ThreadRandom;
import dev.weft.engine.drive.Outside;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.Balancer;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.Directory;
import dev.weft.engine.snapshot.Endpoint;
import dev.weft.engine.snapshot.HeaderEdits;
import dev.weft.engine.snapshot.Match;
import dev.weft.engine.snapshot.OutlierPolicy;
import dev.weft.engine.snapshot.RetryBudget;
import dev.weft.engine.snapshot.RetryPolicy;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.Snapshot;
import dev.weft.engine.snapshot.Transport;
import dev.weft.engine.snapshot.VirtualHost;
import dev.weft.engine.trace.Ambient;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The mesh of the engine's benchmarks: each host with twenty routes, and ten endpoints behind the last of them. */
final class BenchMesh {
    static final RandomSource RANDOM = new ThreadRandom();

    private BenchMesh() {}

    static Mesh of(String[] hosts, Ambient ambient, @Nullable Witness witness) {
        Map<String, Cluster> clusters = new HashMap<>();
        List<VirtualHost> virtualHosts = new ArrayList<>();
        for (String host : hosts) {
            clusters.put(host, cluster(host));
            virtualHosts.add(new VirtualHost(host, List.of(host), routes(host)));
        }
        Engine engine = new Engine(
                RANDOM,
                ambient,
                call -> {},
                bug -> {
                    throw new IllegalStateException(bug);
                },
                witness);
        engine.publish(new Snapshot("bench", new Directory(Directory.State.KNOWN, Map.of()), virtualHosts, clusters));
        return new Mesh(
                engine,
                System::nanoTime,
                (at, task) -> {
                    throw new IllegalStateException("no time limit is set here");
                },
                Outside.NONE,
                Inbound.NONE,
                Workload.NONE);
    }

    private static Cluster cluster(String name) {
        List<Endpoint> endpoints = new ArrayList<>();
        for (int i = 1; i <= 10; i++) {
            endpoints.add(Endpoint.of(new InetSocketAddress("10.0.0." + i, 80)));
        }
        OutlierPolicy outlier = new OutlierPolicy(5, 10_000_000_000L, 30_000_000_000L, 300_000_000_000L, 10);
        return new Cluster(
                name,
                Balancer.LEAST_REQUEST,
                endpoints,
                Transport.PLAINTEXT,
                outlier,
                50,
                RetryBudget.DEFAULT,
                Long.MAX_VALUE);
    }

    /** Twenty routes, of which the last matches. */
    private static List<Route> routes(String cluster) {
        RetryPolicy retry = new RetryPolicy(
                Set.of(RetryPolicy.Condition.CONNECT_FAILURE, RetryPolicy.Condition.RETRIABLE_STATUS_CODES),
                Set.of(503),
                2,
                Long.MAX_VALUE,
                25_000_000,
                250_000_000,
                false);
        HeaderEdits edits =
                new HeaderEdits(List.of("x-internal"), List.of(new HeaderEdits.Entry("x-mesh", "weft")), List.of());
        Action.Forward forward = new Action.Forward(
                List.of(new Action.WeightedCluster(cluster, 1, HeaderEdits.NONE)),
                Long.MAX_VALUE,
                retry,
                null,
                List.of(),
                edits);
        List<Route> routes = new ArrayList<>();
        for (int i = 0; i < 19; i++) {
            routes.add(
                    new Route("r" + i, new Match(new Match.PathMatch.Prefix("/api/v" + i + "/"), List.of()), forward));
        }
        routes.add(new Route("last", Match.ANY, forward));
        return routes;
    }
}
