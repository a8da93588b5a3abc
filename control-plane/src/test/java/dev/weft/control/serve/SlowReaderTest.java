package dev.weft.control.serve;

import static dev.weft.control.Eventually.eventually;
import static dev.weft.control.store.Types.CLUSTER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.control.ScriptedClient;
import dev.weft.control.log.CapturedLog;
import dev.weft.control.queue.ThreadQueue;
import dev.weft.control.registry.Graces;
import dev.weft.control.registry.Registry;
import dev.weft.control.store.ResourceStore;
import dev.weft.control.store.Types;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One client that reads a byte a second, beside a hundred others. */
@Tag("long")
class SlowReaderTest {
    private static final Limits LIMITS =
            new Limits(200, 50, 5, 64 * 1024, Duration.ofSeconds(10), Duration.ofSeconds(8));
    private static final int OTHERS = 100;
    private static final int CHANGES = 500;

    private final CapturedLog log = new CapturedLog();
    private final ThreadQueue queue = new ThreadQueue("test", log.log());
    private final ResourceStore store = new ResourceStore(Types.SHARED);

    private void put(int change) {
        CompletableFuture.runAsync(
                        () -> store.put(
                                "a",
                                Cluster.newBuilder()
                                        .setName("a")
                                        .setAltStatName("x".repeat(50_000) + change)
                                        .build()),
                        queue::execute)
                .join();
    }

    private static boolean isLast(DeltaDiscoveryResponse response) {
        return ScriptedClient.unpack(response, Cluster.class)
                .get("a")
                .getAltStatName()
                .endsWith("x" + CHANGES);
    }

    @Test
    void itHoldsUpNobodyTakesNoMemoryAndIsCutOff() throws Exception {
        Registry registry = new Registry(queue, log.log(), "cluster.local", Graces.DEFAULT);
        AdsService service = new AdsService(queue, log.log(), store, registry, (type, name) -> {}, LIMITS, "weft/test");
        List<ScriptedClient> others = new ArrayList<>();
        try (queue;
                XdsServer server = new XdsServer(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        service,
                        new LoadService(queue, log.log(), store, new Loads(store), LIMITS, Duration.ofSeconds(10)),
                        LIMITS,
                        null);
                Relay between = new Relay(server.address());
                ScriptedClient slow = new ScriptedClient(between.address())) {
            put(0);
            slow.subscribe(CLUSTER, "a");
            slow.next();
            long alone = responses(service);
            between.slow();
            for (int change = 1; change < CHANGES; change++) {
                put(change);
            }
            assertTrue(
                    responses(service) - alone <= 30,
                    "what it does not read is not piled up: " + (responses(service) - alone) + " responses");
            for (int i = 0; i < OTHERS; i++) {
                ScriptedClient other = new ScriptedClient(server.address());
                others.add(other);
                other.subscribe(CLUSTER, "a");
                other.next();
            }
            assertEquals(OTHERS + 1, clients(service));
            put(CHANGES);
            for (ScriptedClient other : others) {
                assertTrue(isLast(other.next()));
            }
            eventually("it is cut off", () -> clients(service) == OTHERS);
            assertTrue(others.stream().allMatch(ScriptedClient::isOpen));
        } finally {
            others.forEach(ScriptedClient::close);
        }
    }

    private int clients(AdsService service) {
        return CompletableFuture.supplyAsync(service::clients, queue::execute)
                .join()
                .size();
    }

    private long responses(AdsService service) {
        return CompletableFuture.supplyAsync(
                        () -> service.pushes().byType().get(CLUSTER).responses(), queue::execute)
                .join();
    }
}
