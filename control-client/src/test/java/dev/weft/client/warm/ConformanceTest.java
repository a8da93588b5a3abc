package dev.weft.client.warm;

import static dev.weft.client.warm.Conversation.MILLI;
import static dev.weft.client.warm.Conversation.SECOND;
import static dev.weft.client.warm.Conversation.resource;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.google.protobuf.Value;
import com.google.rpc.Status;
import com.sun.management.ThreadMXBean;
import dev.weft.client.Xds;
import dev.weft.client.ads.Ending;
import dev.weft.client.bootstrap.Profile;
import dev.weft.engine.Engine;
import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.call.Answer;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.snapshot.Balancer;
import dev.weft.engine.snapshot.Directory.State;
import dev.weft.engine.trace.Ambient;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.HealthCheck;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.ResourceError;
import io.envoyproxy.envoy.service.discovery.v3.ResourceName;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The cases of the conformance list that a delta client by name has to pass, by their numbers. */
final class ConformanceTest {
    private static final String ORDER = Xds.cluster("order");
    private static final String ORDER_HOST = Xds.host("order");

    private final Conversation c = new Conversation();

    private static RouteConfiguration badRegex(String service, String cluster) {
        var routes = Xds.routes(service, cluster).toBuilder();
        routes.getVirtualHostsBuilder(0)
                .getRoutesBuilder(0)
                .getMatchBuilder()
                .setSafeRegex(RegexMatcher.newBuilder().setRegex("("));
        return routes.build();
    }

    @Test
    @DisplayName("1, 2: the node stands on the first request of a stream only, without nonce")
    void node() {
        c.open().directory("order").warm("order", 80);
        var all = List.copyOf(c.sent);
        assertEquals("n", all.get(0).getNode().getId());
        assertEquals("", all.get(0).getResponseNonce());
        assertTrue(all.stream().skip(1).noneMatch(DeltaDiscoveryRequest::hasNode));
    }

    @Test
    @DisplayName("4: an acknowledgement carries the nonce and no names")
    void ack() {
        c.open().sent.clear();
        c.directory("order");
        var ack = c.take(Xds.DIRECTORY).get(0);
        assertEquals("n1", ack.getResponseNonce());
        assertEquals(0, ack.getResourceNamesSubscribeCount());
        assertFalse(ack.hasErrorDetail());
    }

    @Test
    @DisplayName("5: a change of names is a request of its own, without nonce")
    void subscribeAlone() {
        c.open().directory("order", "user").warm("order", 80);
        c.sent.clear();
        c.ask("user");
        c.run();
        c.give(Xds.LDS, ORDER_HOST, "2", Xds.listener(ORDER_HOST, ORDER));
        c.pass(SECOND);
        var requests = c.take(Xds.LDS);
        for (var request : requests) {
            assertTrue(request.getResponseNonce().isEmpty() || request.getResourceNamesSubscribeCount() == 0);
        }
        assertEquals(2, requests.size());
    }

    @Test
    @DisplayName("8: 20 names within 10 ms cost at most 3 requests")
    void debounce() {
        var services = new String[20];
        for (int i = 0; i < 20; i++) {
            services[i] = "s" + i;
        }
        c.open().directory(services);
        for (String service : services) {
            c.ask(service);
            c.run();
            c.pass(MILLI / 2);
        }
        c.pass(SECOND);
        var requests = c.take(Xds.LDS);
        var names = new HashSet<String>();
        requests.forEach(request -> names.addAll(request.getResourceNamesSubscribeList()));
        assertEquals(20, names.size());
        assertTrue(requests.size() <= 3, requests.size() + " requests");
    }

    @Test
    @DisplayName("9: bad bytes are refused by their index, the good resources of the response apply")
    void badBytes() {
        c.open().directory("order", "user").warm("order", 80).warm("user", 90).pass(SECOND);
        c.sent.clear();
        var broken = Any.newBuilder().setTypeUrl(Xds.EDS).setValue(ByteString.copyFrom(new byte[] {10, 127}));
        c.receive(c.response(Xds.EDS)
                .addResources(resource(Xds.cluster("user"), "2", Xds.endpoints(Xds.cluster("user"), 91)))
                .addResources(resource(ORDER, "2", broken.build())));
        c.pass(SECOND);
        assertEquals(List.of(91), c.ports(Xds.cluster("user")));
        assertEquals(List.of(80), c.ports(ORDER));
        String nack = c.take(Xds.EDS).get(0).getErrorDetail().getMessage();
        assertTrue(nack.contains("resource 1 '" + ORDER + "'"), nack);
    }

    @Test
    @DisplayName("10: an unknown type inside the Any is refused, the last good one stays")
    void wrongType() {
        c.open().directory("order").warm("order", 80);
        c.give(Xds.EDS, ORDER, "2", Xds.eds(ORDER));
        assertEquals(List.of(80), c.ports(ORDER));
        assertTrue(c.refused().containsKey(ORDER));
    }

    @Test
    @DisplayName("11: a response of a type never asked for is acknowledged")
    void otherType() {
        c.open();
        c.receive(c.response("type.googleapis.com/some.Other"));
        assertEquals("n1", c.take("type.googleapis.com/some.Other").get(0).getResponseNonce());
    }

    @Test
    @DisplayName("12: one of three invalid: two apply, the refusal names the third and the field, its old form stays")
    void oneOfThree() {
        c.open().directory("a", "b", "x").warm("a", 1).warm("b", 2).warm("x", 3).pass(SECOND);
        var before = c.last();
        c.sent.clear();
        c.receive(c.response(Xds.RDS)
                .addResources(resource(Xds.cluster("a"), "2", Xds.routes("a", Xds.cluster("a"), Xds.cluster("b"))))
                .addResources(resource(Xds.cluster("x"), "2", badRegex("x", Xds.cluster("x"))))
                .addResources(resource(Xds.cluster("b"), "2", Xds.routes("b", Xds.cluster("b"), Xds.cluster("a")))));
        c.pass(2 * SECOND);
        assertEquals(2, c.last().hosts().get(0).routes().size());
        assertEquals(2, c.last().hosts().get(1).routes().size());
        assertEquals(before.hosts().get(2), c.last().hosts().get(2));
        String nack = c.take(Xds.RDS).get(0).getErrorDetail().getMessage();
        assertTrue(nack.contains(Xds.cluster("x")) && nack.contains("safe_regex"), nack);
        assertFalse(nack.contains("'" + Xds.cluster("a") + "'"), nack);
    }

    @Test
    @DisplayName("13: an invalid resource without earlier version fails its waiters at once")
    void invalidFromTheStart() {
        c.open().directory("order");
        var answer = c.ask("order");
        c.run();
        c.give(Xds.LDS, ORDER_HOST, "1", Xds.listener(ORDER_HOST, ""));
        var failed = assertInstanceOf(Answer.Failed.class, answer.get());
        assertTrue(failed.why().contains("route_config_name"), failed.why());
    }

    @Test
    @DisplayName("14: a refusal waits a second, and twice as long each time the same error comes again, up to 30 s")
    void nackDamped() {
        c.open().directory("order").warm("order", 80);
        c.take(Xds.RDS);
        var times = new ArrayList<Long>();
        long start = c.now;
        for (int i = 0; i < 300 && times.size() < 7; i++) {
            c.give(Xds.RDS, ORDER, "bad", badRegex("order", ORDER));
            c.pass(500 * MILLI);
            for (var nack : c.take(Xds.RDS)) {
                assertTrue(nack.hasErrorDetail());
                times.add((c.now - start) / SECOND);
            }
        }
        assertEquals(List.of(1L, 3L, 7L, 15L, 31L, 61L, 91L), times);
    }

    @Test
    @DisplayName("14: of two responses that are refused one after the other the server is told of both")
    void twoRefusals() {
        String user = Xds.cluster("user");
        c.open().directory("order", "user").warm("order", 80).warm("user", 90).pass(SECOND);
        c.sent.clear();
        c.give(Xds.RDS, ORDER, "2", badRegex("order", ORDER));
        c.pass(SECOND / 2).give(Xds.RDS, user, "2", badRegex("user", user));
        c.pass(SECOND / 4).give(Xds.RDS, ORDER, "2", badRegex("order", ORDER));
        assertEquals(List.of(), c.take(Xds.RDS));
        c.pass(SECOND);
        var nacks = c.take(Xds.RDS);
        assertEquals(2, nacks.size(), nacks.toString());
        assertTrue(nacks.get(0).getErrorDetail().getMessage().contains(user), nacks.toString());
        assertTrue(nacks.get(1).getErrorDetail().getMessage().contains(ORDER), nacks.toString());
        assertTrue(
                number(nacks.get(0).getResponseNonce()) < number(nacks.get(1).getResponseNonce()),
                "in the order of the responses");
    }

    private static int number(String nonce) {
        return Integer.parseInt(nonce.substring(1));
    }

    @Test
    @DisplayName("15: the good old bytes after a refusal are acknowledged, and the error is over")
    void goodAgain() {
        c.open().directory("order").warm("order", 80);
        c.give(Xds.RDS, ORDER, "2", badRegex("order", ORDER)).pass(2 * SECOND);
        assertTrue(c.refused().containsKey(ORDER));
        int published = c.snapshots.size();
        c.sent.clear();
        c.give(Xds.RDS, ORDER, "1", Xds.routes("order", ORDER));
        assertTrue(c.refused().isEmpty());
        assertFalse(c.take(Xds.RDS).get(0).hasErrorDetail());
        assertEquals(published, c.snapshots.size());
    }

    @Test
    @DisplayName("16: a name that stands twice in a response is refused")
    void twice() {
        c.open().directory("order").warm("order", 80);
        c.sent.clear();
        c.receive(c.response(Xds.EDS)
                .addResources(resource(ORDER, "2", Xds.endpoints(ORDER, 81)))
                .addResources(resource(ORDER, "2", Xds.endpoints(ORDER, 82))));
        c.pass(SECOND);
        assertEquals(List.of(80), c.ports(ORDER));
        assertTrue(c.take(Xds.EDS).get(0).getErrorDetail().getMessage().contains("more than once"));
    }

    @Test
    @DisplayName("17: names that are empty or were not asked for are ignored without a refusal")
    void notAskedFor() {
        c.open().directory("order").warm("order", 80);
        c.sent.clear();
        c.receive(c.response(Xds.EDS)
                .addResources(resource("", "1", Xds.endpoints("", 1)))
                .addResources(resource("other", "1", Xds.endpoints("other", 1))));
        assertFalse(c.take(Xds.EDS).get(0).hasErrorDetail());
        assertEquals(1, c.last().clusters().size());
    }

    @Test
    @DisplayName("21: a removed listener leaves the snapshot, an unknown name is ignored")
    void removed() {
        c.open().directory("order", "user").warm("order", 80);
        c.remove(Xds.LDS, "never.seen");
        assertEquals(1, c.last().hosts().size());
        c.remove(Xds.LDS, ORDER_HOST);
        assertEquals(List.of(), c.last().hosts());
        assertTrue(c.last().clusters().isEmpty());
    }

    @Test
    @DisplayName("22: the removal of a name never seen says at once that it does not exist")
    void removedNeverSeen() {
        c.open().directory("order");
        var answer = c.ask("order");
        c.run();
        c.remove(Xds.LDS, ORDER_HOST);
        assertInstanceOf(Answer.Failed.class, answer.get());
    }

    @Test
    @DisplayName("23: an empty assignment is data: no hosts, not the old ones")
    void noEndpoints() {
        c.open().directory("order").warm("order", 80);
        c.give(Xds.EDS, ORDER, "2", Xds.endpoints(ORDER));
        assertEquals(List.of(), c.ports(ORDER));
    }

    @Test
    @DisplayName(
            "24: no answer for a cluster's endpoints: after 15 s it has no hosts and the rest goes live; later ones heal it")
    void noAnswer() {
        c.open().directory("order");
        c.ask("order");
        c.run();
        c.give(Xds.LDS, ORDER_HOST, "1", Xds.listener(ORDER_HOST, ORDER));
        c.give(Xds.RDS, ORDER, "1", Xds.routes("order", ORDER));
        c.give(Xds.CDS, ORDER, "1", Xds.eds(ORDER));
        c.pass(14 * SECOND);
        assertEquals(List.of(), c.last().hosts());
        c.pass(2 * SECOND);
        assertEquals(1, c.last().hosts().size());
        assertEquals(List.of(), c.ports(ORDER));
        c.give(Xds.EDS, ORDER, "1", Xds.endpoints(ORDER, 80));
        assertEquals(List.of(80), c.ports(ORDER));
    }

    @Test
    @DisplayName("25: that time stops with the stream and starts again on the next")
    void timerRestarts() {
        c.open().directory("order");
        c.ask("order");
        c.run();
        c.give(Xds.LDS, ORDER_HOST, "1", Xds.listener(ORDER_HOST, ORDER));
        c.give(Xds.RDS, ORDER, "1", Xds.routes("order", ORDER));
        c.give(Xds.CDS, ORDER, "1", Xds.eds(ORDER));
        c.pass(10 * SECOND).close().pass(60 * SECOND);
        assertEquals(List.of(), c.last().hosts());
        c.open().pass(14 * SECOND);
        assertEquals(List.of(), c.last().hosts());
        c.pass(2 * SECOND);
        assertEquals(1, c.last().hosts().size());
    }

    @Test
    @DisplayName("26: NOT_FOUND says that it does not exist, UNAVAILABLE changes nothing")
    void resourceErrors() {
        c.open().directory("order", "user").warm("order", 80);
        c.receive(c.response(Xds.EDS).addResourceErrors(error(ORDER, 14)));
        assertEquals(List.of(80), c.ports(ORDER));
        var answer = c.ask("user");
        c.run();
        c.receive(c.response(Xds.LDS).addResourceErrors(error(Xds.host("user"), 5)));
        assertInstanceOf(Answer.Failed.class, answer.get());
    }

    private static ResourceError error(String name, int code) {
        return ResourceError.newBuilder()
                .setResourceName(ResourceName.newBuilder().setName(name))
                .setErrorDetail(Status.newBuilder().setCode(code).setMessage("said so"))
                .build();
    }

    @Test
    @DisplayName("27: routes that name a new cluster wait until that cluster has its endpoints")
    void makeBeforeBreak() {
        c.open().directory("order").warm("order", 80);
        c.give(Xds.RDS, ORDER, "2", Xds.routes("order", "Y"));
        c.give(Xds.CDS, "Y", "1", Xds.eds("Y"));
        assertEquals(ORDER, c.last().hosts().get(0).routes().get(0).name());
        assertEquals(List.of(80), c.ports(ORDER));
        c.give(Xds.EDS, ORDER, "2", Xds.endpoints(ORDER, 81));
        assertEquals(List.of(81), c.ports(ORDER), "the old cluster still follows its endpoints");
        c.give(Xds.EDS, "Y", "1", Xds.endpoints("Y", 90));
        assertEquals("Y", c.last().hosts().get(0).routes().get(0).name());
        assertNull(c.ports(ORDER));
    }

    @Test
    @DisplayName("28: a cluster that is taken away serves until nothing live names it")
    void removedClusterServes() {
        c.open().directory("order").warm("order", 80);
        c.remove(Xds.CDS, ORDER);
        c.remove(Xds.EDS, ORDER);
        assertEquals(List.of(80), c.ports(ORDER));
        c.give(Xds.RDS, ORDER, "2", Xds.routes("order", "Y"));
        assertEquals(List.of(80), c.ports(ORDER));
        c.give(Xds.CDS, "Y", "1", Xds.eds("Y")).give(Xds.EDS, "Y", "1", Xds.endpoints("Y", 90));
        assertNull(c.ports(ORDER));
        assertEquals(List.of(90), c.ports("Y"));
    }

    @Test
    @DisplayName("28: a call that is under way when its cluster goes ends on the endpoint where it is")
    void callUnderWay() {
        var random = new Random(1);
        var engine = new Engine(
                new RandomSource() {
                    @Override
                    public int below(int bound) {
                        return random.nextInt(bound);
                    }

                    @Override
                    public long bits() {
                        return random.nextLong();
                    }
                },
                new Ambient(() -> false),
                call -> {},
                bug -> {
                    throw new AssertionError(bug.toString());
                });
        c.open().directory("order").warm("order", 80);
        engine.publish(c.last());
        var cluster = Objects.requireNonNull(engine.live().clusters().get(ORDER));
        var endpoint = cluster.all().get(0);
        endpoint.begun(0);
        c.receive(c.response(Xds.CDS).addRemovedResources(ORDER).addResources(resource("Y", "1", Xds.eds("Y"))));
        c.remove(Xds.EDS, ORDER);
        engine.publish(c.last());
        assertSame(
                endpoint,
                Objects.requireNonNull(engine.live().clusters().get(ORDER))
                        .all()
                        .get(0));
        c.give(Xds.RDS, ORDER, "2", Xds.routes("order", "Y"));
        c.give(Xds.CDS, "Y", "1", Xds.eds("Y")).give(Xds.EDS, "Y", "1", Xds.endpoints("Y", 90));
        engine.publish(c.last());
        assertEquals(Set.of("Y"), engine.live().clusters().keySet());
        assertEquals(1, endpoint.inFlight());
        cluster.observe(endpoint, Outcome.SUCCESS, c.now, c.now);
        endpoint.ended(1000, c.now);
        assertEquals(0, endpoint.inFlight());
        assertEquals(80, endpoint.config().address().getPort());
    }

    @Test
    @DisplayName("29: a cluster that changes keeps the endpoints that are here")
    void clusterChangesAlone() {
        c.open().directory("order").warm("order", 80);
        c.give(
                Xds.CDS,
                ORDER,
                "2",
                Xds.eds(ORDER).toBuilder().setLbPolicy(Cluster.LbPolicy.RANDOM).build());
        assertEquals(List.of(80), c.ports(ORDER));
        var live = c.last().clusters().get(ORDER);
        assertTrue(live != null && live.balancer() == Balancer.RANDOM);
    }

    @Test
    @DisplayName(
            "30, 31: after a good stream the next comes within 2 s, with all names and versions, and resends change nothing")
    void reconnect() {
        c.open().directory("order").warm("order", 80);
        int published = c.snapshots.size();
        c.close();
        c.sent.clear();
        assertEquals(1, c.connects);
        c.pass(2 * SECOND);
        assertEquals(2, c.connects);
        c.open();
        for (String type : List.of(Xds.DIRECTORY, Xds.LDS, Xds.RDS, Xds.CDS, Xds.EDS)) {
            var first = c.take(type).get(0);
            assertEquals("", first.getResponseNonce());
            assertEquals(1, first.getResourceNamesSubscribeCount());
            assertEquals(1, first.getInitialResourceVersionsCount(), type);
        }
        c.directory("order");
        c.give(Xds.EDS, ORDER, "7", Xds.endpoints(ORDER, 80));
        assertEquals(published, c.snapshots.size());
    }

    @Test
    @DisplayName("32: a server that is down is tried again after 1 s, growing to 120 s, with jitter; calls pass")
    void backoff() {
        c.run();
        c.close();
        assertSame(State.FAILED, c.last().directory().state());
        assertSame(Answer.READY, c.ask("order").get());
        double expected = 1.0;
        for (int i = 0; i < 15; i++) {
            long from = c.now;
            int before = c.connects;
            while (c.connects == before) {
                c.pass(Math.max(MILLI, c.core.wakeAt() - c.now));
            }
            double waited = (c.now - from) / (double) SECOND;
            assertTrue(waited >= expected * 0.79 && waited <= expected * 1.21, i + ": " + waited);
            c.close();
            expected = Math.min(120, expected * 1.6);
        }
        assertEquals(
                1,
                c.log.stream()
                        .filter(line -> line.startsWith("no control plane"))
                        .count(),
                "said once");
    }

    @Test
    @DisplayName(
            "37: a response above the limit is one error, tried again less and less often; the last good one stays")
    void oversized() {
        c.open().directory("order").warm("order", 80).pass(SECOND);
        c.log.clear();
        long before = 0;
        for (int i = 0; i < 5; i++) {
            c.close(Ending.OVERSIZED, "RESOURCE_EXHAUSTED: gRPC message exceeds maximum size 33554432: 67108864");
            long waited = c.untilConnecting();
            assertTrue(waited > before, waited + " after " + before);
            before = waited;
            c.open().directory("order");
        }
        var said = c.log.stream().filter(line -> line.contains("32 MiB")).toList();
        assertEquals(1, said.size(), c.log.toString());
        assertTrue(said.get(0).contains("profile weft"), said.get(0));
        assertEquals(List.of(80), c.ports(ORDER));
        c.close(Ending.OVERSIZED, "RESOURCE_EXHAUSTED");
        assertTrue(
                c.core.status().lastError().contains("32 MiB"), c.core.status().lastError());
    }

    @Test
    @DisplayName("37: the error names the types that are waited for, and other servers are not asked")
    void oversizedFromTheStart() {
        c.core.servers(0, 2);
        c.open().directory("order");
        c.ask("order");
        c.run().close(Ending.OVERSIZED, "RESOURCE_EXHAUSTED");
        assertTrue(c.log.stream().anyMatch(line -> line.contains("while waiting for LISTENER")), c.log.toString());
        c.untilConnecting();
        assertEquals(List.of(0, 0), c.servers);
    }

    @Test
    @DisplayName("37: 64 MiB of clusters are taken at the cost of their bytes, three times at the most")
    void large() {
        var s = new Sotw(Profile.ENVOY).open();
        s.give(Xds.LDS, "1", Xds.listener(ORDER_HOST, ORDER));
        s.c.ask(ORDER_HOST);
        s.pass(SECOND).give(Xds.RDS, "1", Xds.routes("order", ORDER));
        var filling = Xds.metadata(
                "filling",
                "x",
                Value.newBuilder().setStringValue("x".repeat(1 << 20)).build());
        var response = s.response(Xds.CDS, "1").addResources(Xds.any(Xds.eds(ORDER)));
        for (int i = 0; i < 64; i++) {
            response.addResources(Xds.any(
                    Xds.eds("unused" + i).toBuilder().setMetadata(filling).build()));
        }
        byte[] message = response.build().toByteArray();
        assertTrue(message.length > 64 << 20);
        var thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = thread.getCurrentThreadAllocatedBytes();
        s.c.core.received(0, message, s.c.now);
        s.c.run();
        long allocated = thread.getCurrentThreadAllocatedBytes() - before;
        s.give(Xds.EDS, "1", Xds.endpoints(ORDER, 80));
        assertEquals(List.of(80), s.c.ports(ORDER));
        assertTrue(allocated < 3L * message.length, allocated + " bytes for " + message.length);
    }

    @Test
    @DisplayName(
            "a field that is not supported is said once, and leaves the status with the last resource that sets it")
    void unsupported() {
        c.open().directory("order", "user").warm("order", 80).warm("user", 90);
        var checked = HealthCheck.newBuilder()
                .setTimeout(Duration.newBuilder().setSeconds(1))
                .build();
        String user = Xds.cluster("user");
        c.give(
                Xds.CDS,
                ORDER,
                "2",
                Xds.eds(ORDER).toBuilder().addHealthChecks(checked).build());
        c.give(
                Xds.CDS,
                user,
                "2",
                Xds.eds(user).toBuilder().addHealthChecks(checked).build());
        c.give(
                Xds.CDS,
                ORDER,
                "3",
                Xds.eds(ORDER).toBuilder()
                        .addHealthChecks(checked)
                        .setLbPolicy(Cluster.LbPolicy.RANDOM)
                        .build());
        assertEquals(List.of("Cluster.health_checks"), c.core.status().unsupported());
        assertEquals(
                List.of("not supported by this client, left out: Cluster.health_checks (first seen in " + ORDER + ")"),
                c.log.stream().filter(line -> line.contains("not supported")).toList());
        c.give(Xds.CDS, ORDER, "4", Xds.eds(ORDER));
        assertEquals(List.of("Cluster.health_checks"), c.core.status().unsupported());
        c.give(
                Xds.CDS,
                user,
                "3",
                Xds.eds(user).toBuilder()
                        .setType(Cluster.DiscoveryType.STRICT_DNS)
                        .build());
        assertEquals(List.of("Cluster.health_checks"), c.core.status().unsupported(), "the last good one is in force");
        c.give(Xds.CDS, user, "4", Xds.eds(user));
        assertEquals(List.of(), c.core.status().unsupported());
    }

    @Test
    @DisplayName("a name or a version of any length is kept for the next run")
    void longVersion() {
        c.open().directory("order").warm("order", 80);
        c.give(Xds.EDS, ORDER, "v".repeat(70_000), Xds.endpoints(ORDER, 81)).pass(2 * SECOND);
        var later = new Conversation();
        later.core.restore(Objects.requireNonNull(c.saved), later.now);
        later.run().pass(3 * SECOND);
        assertEquals(List.of(81), later.ports(ORDER));
    }

    @Test
    @DisplayName("a response in which everything is spoilt is refused in few words")
    void allSpoilt() {
        var services = new String[1000];
        for (int i = 0; i < services.length; i++) {
            services[i] = "s" + i;
        }
        c.open().directory(services);
        for (String service : services) {
            c.ask(service);
        }
        c.run();
        var response = c.response(Xds.LDS);
        for (String service : services) {
            response.addResources(resource(Xds.host(service), "1", Xds.listener(Xds.host(service), "")));
        }
        c.receive(response).pass(2 * SECOND);
        var nack = c.take(Xds.LDS).stream()
                .filter(DeltaDiscoveryRequest::hasErrorDetail)
                .toList();
        String told = nack.get(0).getErrorDetail().getMessage();
        assertTrue(told.length() < 20_000 && told.endsWith(" more"), told.length() + " characters");
        assertEquals(1000, c.refused().size());
    }

    @Test
    @DisplayName("a connection that never opens is given up after 10 s")
    void connectTimeout() {
        c.run().pass(11 * SECOND);
        assertTrue(c.disconnected.contains("10 s"), c.disconnected);
    }

    @Test
    @DisplayName("a malformed envelope ends the stream, and the next one comes after a backoff")
    void malformedEnvelope() {
        c.open().directory("order").warm("order", 80);
        c.core.received(0, new byte[] {18, 127, 1}, c.now);
        c.run();
        assertTrue(c.disconnected.contains("malformed"), c.disconnected);
        assertEquals(List.of(80), c.ports(ORDER));
        c.pass(700 * MILLI);
        assertEquals(1, c.connects);
        c.pass(SECOND);
        assertEquals(2, c.connects);
    }

    @Test
    @DisplayName("health is never the first message, follows the registration, and is told to every stream")
    void health() {
        c.core.health(0, "");
        c.core.register("shop", 8080, "http", java.util.Map.of(), c.now);
        c.open();
        var types = c.sent.stream().map(DeltaDiscoveryRequest::getTypeUrl).toList();
        assertEquals(List.of(Xds.DIRECTORY, Xds.REGISTRATION, Xds.HEALTH), types);
        c.close().pass(10 * SECOND);
        c.sent.clear();
        c.core.health(14, "draining");
        c.open();
        var last = c.take(Xds.HEALTH).get(0);
        assertEquals(14, last.getErrorDetail().getCode());
        assertEquals("draining", last.getErrorDetail().getMessage());
    }

    @Test
    @DisplayName("38: a name that is given up and wanted again before the server was told is asked for again")
    void wantedAgain() {
        c.open().directory("order").warm("order", 80);
        c.give(Xds.RDS, ORDER, "2", Xds.routes("order", "Y"));
        c.give(Xds.CDS, "Y", "1", Xds.eds("Y")).give(Xds.EDS, "Y", "1", Xds.endpoints("Y", 90));
        c.give(Xds.RDS, ORDER, "3", Xds.routes("order", ORDER));
        c.sent.clear();
        c.pass(SECOND);
        assertTrue(c.take(Xds.CDS).stream()
                .anyMatch(r -> r.getResourceNamesSubscribeList().contains(ORDER)));
        assertEquals(List.of(90), c.ports("Y"), "and until it is here again, the former routes serve");
        c.give(Xds.CDS, ORDER, "1", Xds.eds(ORDER)).give(Xds.EDS, ORDER, "1", Xds.endpoints(ORDER, 80));
        assertEquals(List.of(80), c.ports(ORDER));
    }

    @Test
    void anIdleNameIsDroppedWhenTheDirectoryNoLongerListsIt() {
        c.open().directory("order", "user").warm("order", 80);
        c.directory("user");
        c.remove(Xds.LDS, ORDER_HOST);
        c.pass(SECOND);
        assertEquals(
                List.of(ORDER_HOST),
                c.take(Xds.LDS).stream()
                        .flatMap(r -> r.getResourceNamesUnsubscribeList().stream())
                        .toList());
        c.directory("order", "user").warm("order", 82);
        assertEquals(List.of(82), c.ports(ORDER));
    }

    @Test
    void aDirectoryThatIsRefusedFromTheStartLeavesNamesToDns() {
        c.open().directory("order", "order");
        var twice = Xds.directory("order").toBuilder();
        twice.addServicesBuilder().setHost("other").addAliases("order");
        var fresh = new Conversation().open();
        fresh.give(Xds.DIRECTORY, "default", "1", twice.build());
        assertSame(State.FAILED, fresh.last().directory().state());
        assertNotNull(fresh.refused().get("default"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"or der", "order/a", "*.order", "order:80", "order\u0000", "."})
    void aListOfNamesOneOfWhichIsNoneOfAHostIsRefused(String name) {
        var c = new Conversation().open().directory("order", "user");
        var odd = Xds.directory("order").toBuilder();
        odd.addServicesBuilder().setHost("other").addAliases(name);
        c.give(Xds.DIRECTORY, "default", "odd", odd.build());
        assertNotNull(c.refused().get("default"));
        assertEquals(
                2, c.last().directory().names().values().stream().distinct().count());
    }
}
