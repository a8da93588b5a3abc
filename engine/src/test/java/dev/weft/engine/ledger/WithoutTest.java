package dev.weft.engine.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.weft.engine.SeededRandom;
import dev.weft.engine.policy.Order;
import dev.weft.engine.policy.Order.Policy;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.Balancer;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.Directory;
import dev.weft.engine.snapshot.Endpoint;
import dev.weft.engine.snapshot.Match;
import dev.weft.engine.snapshot.OutlierPolicy;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.Snapshot;
import dev.weft.engine.snapshot.VirtualHost;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class WithoutTest {
    private static final SeededRandom RANDOM = new SeededRandom(1);

    /** Of an order without this line. */
    private static Ledger ledger(Policy line) {
        return new Ledger(RANDOM, Order.OURS.without(line));
    }

    /** Whoever adds a way of choosing gives it a line. */
    @Test
    void everyWayOfChoosingHasALineOfItsOwn() {
        Balancer[] all = {
            Balancer.ROUND_ROBIN,
            Balancer.LEAST_REQUEST,
            Balancer.RANDOM,
            Balancer.PEAK_EWMA,
            new Balancer.ClientSideWeighted(1, 1, 1, 1),
            Balancer.RING_HASH,
            Balancer.MAGLEV
        };

        assertEquals(Set.of(Balancer.class.getPermittedSubclasses()), classes(all));
        assertEquals(all.length, Stream.of(all).map(Without::line).distinct().count());
    }

    private static Set<Class<?>> classes(Object[] all) {
        return Stream.of(all).map(Object::getClass).collect(Collectors.toSet());
    }

    @Test
    void aConfigurationStaysWhatItIsWhereAllPoliciesHaveTheirLine() {
        Snapshot snapshot = snapshot();

        assertSame(snapshot, new Ledger(RANDOM, Order.OURS).heeded(snapshot));
    }

    /** What is taken out is what the line says, and nothing else. */
    @Test
    void whatHasNoLineIsTakenOutOfTheConfiguration() {
        Snapshot snapshot = snapshot();
        Cluster cluster = snapshot.clusters().get("a");

        assertEquals(snapshot, ledger(Policy.FALLBACK).heeded(snapshot), "it has no fallback");
        Snapshot patient = ledger(Policy.EJECTION).heeded(snapshot);
        assertNotNull(cluster.outlier());
        assertNull(patient.clusters().get("a").outlier());
        assertEquals(snapshot.hosts(), patient.hosts());
        for (Policy line : List.of(Policy.EJECTION, Policy.RETRY_BUDGET, Policy.PANIC, Policy.CONNECT_BACKOFF)) {
            Snapshot without = ledger(line).heeded(snapshot);
            assertNotEquals(cluster, without.clusters().get("a"), line.name());
            assertEquals(without, ledger(line).heeded(without), line + " is taken out at once");
        }
    }

    private static Snapshot snapshot() {
        Cluster plain = Cluster.of("a", List.of(Endpoint.of(new InetSocketAddress("10.0.0.1", 80))));
        Cluster cluster = new Cluster(
                "a",
                plain.balancer(),
                plain.endpoints(),
                plain.transport(),
                new OutlierPolicy(5, 1, 1, 1, 10),
                plain.panicThreshold(),
                plain.budget(),
                plain.connectTimeoutNanos());
        Route route = new Route("r", Match.ANY, Action.Forward.to("a"), List.of());
        return new Snapshot(
                "1",
                Directory.PENDING,
                List.of(new VirtualHost("shop", List.of("shop"), List.of(route))),
                Map.of("a", cluster));
    }
}
