package dev.weft.proxy.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.Directory;
import dev.weft.engine.snapshot.Endpoint;
import dev.weft.engine.snapshot.HeaderEdits;
import dev.weft.engine.snapshot.Match;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.Snapshot;
import dev.weft.engine.snapshot.TcpProxy;
import dev.weft.engine.snapshot.VirtualHost;
import dev.weft.proxy.address.Cidr;
import dev.weft.proxy.address.VirtualAddresses;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Names from what the control plane sends. */
class SnapshotNamesTest {
    private static final String HOST = "orders.default.svc.cluster.local";

    private final List<String> log = new ArrayList<>();
    private final VirtualAddresses addresses = new VirtualAddresses(Cidr.parse("240.1.2.0/24"), null);
    private final SnapshotNames names = new SnapshotNames(addresses, () -> 0, log::add);

    private static Directory directory(Directory.State state, String... names) {
        Map<String, Directory.Entry> entries = new HashMap<>();
        for (String name : names) {
            String host = name.contains(".") ? name : name + ".default.svc.cluster.local";
            entries.put(name, new Directory.Entry(host, Set.of(80)));
            entries.put(host, new Directory.Entry(host, Set.of(80)));
        }
        return new Directory(state, entries);
    }

    private static Snapshot cold(Directory directory) {
        return new Snapshot("1", directory, List.of(), Map.of());
    }

    private static Endpoint endpoint(String host, int weight, Endpoint.Health health, int priority) {
        var address = new InetSocketAddress(Rig.address(host), 8080);
        return new Endpoint(address, health, weight, Endpoint.Locality.NONE, Map.of(), priority, 0);
    }

    @Test
    void everyNameOfTheDirectoryHasTheAddressOfItsService() {
        names.publish(cold(directory(Directory.State.KNOWN, "orders")));
        var service = names.find("orders");
        assertNotNull(service);
        assertEquals(service, names.find(HOST));
        assertEquals(HOST, service.host());
        assertEquals(Set.of(80), service.ports());
        assertEquals(HOST, names.nameOf(service.addresses().get(0)));
        assertTrue(names.owns(service.addresses().get(0)));
        assertNull(names.find("stock"));
    }

    @Test
    void aNameThatLeavesTheDirectoryIsNoLongerTheMeshs() {
        names.publish(cold(directory(Directory.State.KNOWN, "orders", "stock")));
        names.publish(cold(directory(Directory.State.KNOWN, "stock")));
        assertNull(names.find("orders"));
        assertNotNull(names.find("stock"));
    }

    @Test
    void withoutTheControlPlaneTheLastDirectoryStays() {
        names.publish(cold(directory(Directory.State.KNOWN, "orders")));
        names.publish(cold(Directory.PENDING));
        names.publish(cold(directory(Directory.State.FAILED)));
        assertNotNull(names.find("orders"));
    }

    @Test
    void theInstancesOfAWarmNameAreThoseOfItsLastRoute() {
        var canary = new Route("canary", Match.ANY, Action.Forward.to("v2"));
        var rest = new Route("rest", Match.ANY, Action.Forward.to("v1"));
        var hosts = List.of(new VirtualHost(HOST, List.of(HOST + ":80", "*.example"), List.of(canary, rest)));
        var clusters = Map.of(
                "v1",
                Cluster.of(
                        "v1",
                        List.of(
                                endpoint("10.0.0.1", 3, Endpoint.Health.HEALTHY, 0),
                                endpoint("10.0.0.2", 70_000, Endpoint.Health.HEALTHY, 2),
                                endpoint("10.0.0.3", 1, Endpoint.Health.UNHEALTHY, 0),
                                endpoint("10.0.0.4", 1, Endpoint.Health.DEGRADED, 0))),
                "v2",
                Cluster.of("v2", List.of(endpoint("10.0.0.9", 1, Endpoint.Health.HEALTHY, 0))));
        names.publish(new Snapshot("2", directory(Directory.State.KNOWN, "orders"), hosts, clusters));
        assertEquals("10.0.0.1:8080 0 3, 10.0.0.2:8080 2 65535", targets());
    }

    @Test
    void theInstancesOfAPortForConnectionsAreThoseOfItsRoute() {
        var tcp = new TcpProxy(new Route("tcp", Match.ANY, Action.Forward.to("v1")), 1, false);
        var hosts = List.of(new VirtualHost(HOST, List.of(HOST), List.of(), false, tcp));
        var clusters = Map.of("v1", Cluster.of("v1", List.of(endpoint("10.0.0.1", 3, Endpoint.Health.HEALTHY, 0))));
        names.publish(new Snapshot("2", directory(Directory.State.KNOWN, "orders"), hosts, clusters));
        assertEquals("10.0.0.1:8080 0 3", targets());
    }

    @Test
    void aSplitGivesEachInstanceItsPartOfTheShare() {
        var split = new Action.Forward(
                List.of(
                        new Action.WeightedCluster("v1", 90, HeaderEdits.NONE),
                        new Action.WeightedCluster("v2", 10, HeaderEdits.NONE),
                        new Action.WeightedCluster("v3", 0, HeaderEdits.NONE)),
                Long.MAX_VALUE,
                null,
                null,
                List.of(),
                HeaderEdits.NONE);
        var hosts = List.of(new VirtualHost(HOST, List.of(HOST), List.of(new Route("r", Match.ANY, split))));
        var clusters = Map.of(
                "v1",
                Cluster.of(
                        "v1",
                        List.of(
                                endpoint("10.0.0.1", 1, Endpoint.Health.HEALTHY, 0),
                                endpoint("10.0.0.2", 1, Endpoint.Health.HEALTHY, 0))),
                "v2",
                Cluster.of("v2", List.of(endpoint("10.0.0.3", 1, Endpoint.Health.DEGRADED, 0))),
                "v3",
                Cluster.of("v3", List.of(endpoint("10.0.0.4", 1, Endpoint.Health.HEALTHY, 0))));
        names.publish(new Snapshot("2", directory(Directory.State.KNOWN, "orders"), hosts, clusters));
        assertEquals("10.0.0.1:8080 0 4500, 10.0.0.2:8080 0 4500, 10.0.0.3:8080 0 1000", targets());
    }

    private String targets() {
        var service = names.find("orders");
        assertNotNull(service);
        return service.targets().stream()
                .map(target -> target.address().getHostAddress() + ":" + target.port() + " " + target.priority() + " "
                        + target.weight())
                .sorted()
                .collect(Collectors.joining(", "));
    }

    @Test
    void servicesWithoutRoomAreLeftToOtherServersAndSaidOnce() {
        String[] many = new String[256];
        for (int i = 0; i < many.length; i++) {
            many[i] = "s" + i;
        }
        names.publish(cold(directory(Directory.State.KNOWN, many)));
        names.publish(cold(directory(Directory.State.KNOWN, many)));
        assertEquals(1, log.size());
        assertTrue(log.get(0).startsWith("2 services"), log.get(0));
    }
}
