package dev.weft.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Message;
import dev.weft.it.WireCase.Expected;
import dev.weft.it.WireCase.Part;
import dev.weft.it.WirePeers.Hit;
import dev.weft.vectors.Config;
import dev.weft.vectors.Vector;
import dev.weft.vectors.VectorFiles;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.route.v3.DirectResponseAction;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * One case over sockets. Its endpoints become ports of 127.0.0.1, one for each address in each cluster, and each virtual
 * host gets a first route that tells, to who asks with {@link WirePeers#PROBE}, which configuration is in force.
 */
final class WireRun {
    /** What clients and proxies send of their own accord. */
    private static final Set<String> OWN = Set.of(
            "host",
            "user-agent",
            "connection",
            "content-length",
            "transfer-encoding",
            "accept",
            "x-request-id",
            "x-forwarded-proto");

    private static int versions;

    private final Subject subject;
    private final XdsScript xds;
    private final WirePeers peers;
    private Map<String, Object> config = Map.of();

    private WireRun(Subject subject, XdsScript xds, WirePeers peers) {
        this.subject = subject;
        this.xds = xds;
        this.peers = peers;
    }

    static void play(Vector vector, Subject subject, XdsScript xds) throws Exception {
        try (WirePeers peers = new WirePeers()) {
            WireRun run = new WireRun(subject, xds, peers);
            List<Part> parts = WireCase.of(vector).parts();
            String url = "";
            for (Part part : parts) {
                if (part.asked != null) {
                    url = part.asked.url();
                    break;
                }
            }
            run.publish(vector.config(), url);
            for (Part part : parts) {
                if (part.asked == null) {
                    run.publish(part.publish, url);
                } else {
                    run.call(part, part.asked);
                }
            }
        }
    }

    private void publish(Map<String, Object> changes, String url) {
        config = new HashMap<>(config);
        config.putAll(changes);
        String version = String.valueOf(++versions);
        List<Message> messages = Config.messages(config);
        Map<String, String> services = new HashMap<>();
        for (Message message : messages) {
            if (message instanceof Cluster cluster) {
                services.put(cluster.getEdsClusterConfig().getServiceName(), cluster.getName());
            }
        }
        xds.publish(messages.stream()
                .map(message -> onTheWire(message, services, version))
                .toList());
        URI uri = URI.create(url);
        Subject.Asked probe = new Subject.Asked(
                "GET", uri.getScheme() + "://" + uri.getRawAuthority() + "/", "none", Map.of(WirePeers.PROBE, version));
        Until.so("version " + version + " is in force; refused: " + xds.refusals(), () -> {
            assertEquals(List.of(), xds.refusals());
            // The routes come last; endpoints that they lead to may have been asked for, and not be here yet.
            return subject.call(probe).body().equals("version " + version) && xds.settled();
        });
    }

    private Message onTheWire(Message message, Map<String, String> services, String version) {
        if (message instanceof ClusterLoadAssignment assignment) {
            String name = assignment.getClusterName();
            return local(assignment, services.getOrDefault(name, name));
        }
        if (message instanceof Cluster cluster && cluster.hasLoadAssignment()) {
            return cluster.toBuilder()
                    .setLoadAssignment(local(cluster.getLoadAssignment(), cluster.getName()))
                    .build();
        }
        return message instanceof RouteConfiguration table ? probed(table, version) : message;
    }

    private ClusterLoadAssignment local(ClusterLoadAssignment assignment, String cluster) {
        ClusterLoadAssignment.Builder local = assignment.toBuilder();
        local.getEndpointsBuilderList()
                .forEach(group -> group.getLbEndpointsBuilderList().forEach(endpoint -> {
                    SocketAddress.Builder address =
                            endpoint.getEndpointBuilder().getAddressBuilder().getSocketAddressBuilder();
                    String written = address.getPortValue() == 80
                            ? address.getAddress()
                            : address.getAddress() + ":" + address.getPortValue();
                    address.setAddress("127.0.0.1").setPortValue(peers.port(cluster, written));
                }));
        return local.build();
    }

    private static RouteConfiguration probed(RouteConfiguration table, String version) {
        Route probe = Route.newBuilder()
                .setMatch(RouteMatch.newBuilder()
                        .setPrefix("/")
                        .addHeaders(HeaderMatcher.newBuilder()
                                .setName(WirePeers.PROBE)
                                .setStringMatch(StringMatcher.newBuilder().setExact(version))))
                .setDirectResponse(DirectResponseAction.newBuilder()
                        .setStatus(200)
                        .setBody(DataSource.newBuilder().setInlineString("version " + version)))
                .build();
        RouteConfiguration.Builder probed = table.toBuilder();
        probed.getVirtualHostsBuilderList().forEach(host -> host.addRoutes(0, probe));
        return probed.build();
    }

    private void call(Part part, Subject.Asked asked) throws Exception {
        peers.expect(part.manners);
        Subject.Got got = subject.call(asked);
        List<Hit> hits = peers.hits();
        String told = asked + "\n    got " + got + "\n    " + hits;
        assertEquals(part.expected.size(), hits.size(), "attempts of " + told);
        for (int i = 0; i < hits.size(); i++) {
            check(part.expected.get(i), hits.get(i), asked, told);
        }
        outcome(part, got, told);
    }

    private static void check(Expected expected, Hit hit, Subject.Asked asked, String told) {
        if (expected.address() != null) {
            assertEquals(expected.address(), hit.address(), told);
        }
        if (expected.cluster() != null) {
            assertEquals(expected.cluster(), hit.cluster(), told);
        }
        URI uri = URI.create(asked.url());
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        assertEquals(expected.path() == null ? uri.getRawPath() + query : expected.path(), hit.target(), told);
        if (expected.headers() != null) {
            Map<String, String> wanted = new TreeMap<>();
            expected.headers().forEach((name, value) -> wanted.put(name, String.valueOf(value)));
            Map<String, String> came = new TreeMap<>(hit.headers());
            came.keySet().removeIf(name -> OWN.contains(name) && !wanted.containsKey(name));
            assertEquals(wanted, came, told);
        }
    }

    private static void outcome(Part part, Subject.Got got, String told) {
        Map<String, Object> outcome = part.outcome;
        if (outcome.containsKey("pass")) {
            assertEquals(Subject.Got.PASSED, got.failure(), told);
        } else if (outcome.containsKey("refused")) {
            assertFalse(got.failure().isEmpty() || got.failure().equals(Subject.Got.PASSED), told);
        } else if (outcome.containsKey("deliver")) {
            int number = Integer.parseInt(String.valueOf(outcome.get("deliver")));
            int status = part.manners.get(number - 1).status();
            assertEquals(status, got.status(), told);
            assertEquals(status == 0 ? "" : "attempt " + number, got.body(), told);
        } else if (outcome.containsKey("reply")) {
            assertEquals(String.valueOf(outcome.get("reply")), String.valueOf(got.status()), told);
            if (outcome.containsKey("body")) {
                assertEquals(String.valueOf(outcome.get("body")), got.body(), told);
            }
            Object location = VectorFiles.map(outcome.get("headers")).get("location");
            if (location != null) {
                assertEquals(location, got.location(), told);
            }
        } else {
            assertTrue(got.failure().isEmpty(), told);
        }
    }
}
