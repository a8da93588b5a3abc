package dev.weft.client.warm;

import static dev.weft.client.warm.Conversation.MILLI;
import static dev.weft.client.warm.Conversation.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.rpc.Status;
import dev.weft.client.Istio;
import dev.weft.client.Xds;
import dev.weft.client.bootstrap.Profile;
import dev.weft.engine.call.Answer;
import dev.weft.engine.call.Question;
import dev.weft.engine.snapshot.Directory.State;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.envoyproxy.envoy.service.discovery.v3.ResourceError;
import io.envoyproxy.envoy.service.discovery.v3.ResourceName;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The cases of the conformance list that concern state of the world, by their numbers, against istiod's gRPC mode. */
final class StateOfTheWorldTest {
    private static final String NOTHING = "weft.invalid:1";
    private static final String ORDER = Istio.cluster("order", 80);
    private static final String ORDER_LISTENER = Istio.listenerName("order", 80);
    private static final String USER = Istio.cluster("user", 80);
    private static final String USER_LISTENER = Istio.listenerName("user", 80);

    private final Sotw s = new Sotw(Profile.ISTIO);
    private final Conversation c = s.c;

    /** Up to the endpoints of one service. */
    private Sotw order() {
        s.open().giveAny(Istio.NDS, "1", Istio.nameTable("order", "user"));
        c.ask("order");
        c.run();
        return s.give(Xds.LDS, "1", Istio.listener("order", 80))
                .give(Xds.RDS, "1", Istio.routes("order", 80))
                .give(Xds.CDS, "1", Istio.eds("order", 80))
                .give(Xds.EDS, "1", Istio.endpoints("order", 80, 8080))
                .pass(SECOND);
    }

    private Sotw both() {
        order();
        c.ask("user");
        return s.pass(SECOND)
                .give(Xds.LDS, "2", Istio.listener("order", 80), Istio.listener("user", 80))
                .give(Xds.RDS, "2", Istio.routes("order", 80), Istio.routes("user", 80))
                .give(Xds.CDS, "2", Istio.eds("order", 80), Istio.eds("user", 80))
                .give(Xds.EDS, "2", Istio.endpoints("order", 80, 8080), Istio.endpoints("user", 80, 9090))
                .pass(SECOND);
    }

    private static RouteConfiguration badRegex(String service) {
        var routes = Istio.routes(service, 80).toBuilder();
        routes.getVirtualHostsBuilder(0)
                .getRoutesBuilder(0)
                .getMatchBuilder()
                .setSafeRegex(RegexMatcher.newBuilder().setRegex("("));
        return routes.build();
    }

    private static List<String> names(DiscoveryRequest request) {
        return request.getResourceNamesList();
    }

    @Test
    @DisplayName("what istiod's gRPC mode sends is taken without a refusal, and a call finds its endpoints")
    void istiod() {
        var answer = new AtomicReference<@Nullable Answer>();
        s.open();
        assertEquals(
                List.of(Istio.NDS),
                s.take().stream().map(DiscoveryRequest::getTypeUrl).toList());
        c.core.ask(new Question.Warm("order.default", 80, true), answer::set, c.now);
        s.giveAny(Istio.NDS, "1", Istio.nameTable("order", "user"));
        assertEquals(List.of(ORDER_LISTENER), names(s.take(Xds.LDS).get(0)));
        s.give(Xds.LDS, "1", Istio.listener("order", 80));
        assertEquals(List.of(ORDER), names(s.take(Xds.RDS).get(0)));
        s.give(Xds.RDS, "1", Istio.routes("order", 80));
        s.give(Xds.CDS, "1", Istio.eds("order", 80));
        s.give(Xds.EDS, "1", Istio.endpoints("order", 80, 8080, 8081));
        assertSame(Answer.READY, answer.get());
        assertEquals(List.of(8080, 8081), c.ports(ORDER));
        assertTrue(c.refused().isEmpty(), c.refused().toString());
        assertTrue(s.all().stream().noneMatch(DiscoveryRequest::hasErrorDetail));
        for (String name : List.of("order", "order.default", "order.default.svc", Xds.host("order"))) {
            assertNotNull(c.last().directory().names().get(name), name);
        }
        assertTrue(
                c.last().hosts().get(0).domains().contains("order:80"),
                c.last().hosts().toString());
    }

    @Test
    @DisplayName(
            "1, 2: the first request has the node, no version and no nonce; later ones the newest nonce of their type")
    void nodeAndNonce() {
        both();
        var all = s.all();
        assertEquals("n", all.get(0).getNode().getId());
        assertTrue(all.stream().skip(1).noneMatch(DiscoveryRequest::hasNode));
        String newest = "";
        for (var request : all) {
            if (request.getTypeUrl().equals(Xds.LDS)) {
                assertTrue(request.getResponseNonce().compareTo(newest) >= 0);
                newest = request.getResponseNonce();
            }
        }
        assertFalse(newest.isEmpty());
    }

    @Test
    @DisplayName("3: an acknowledgement has the version, the nonce and the whole list of names")
    void ack() {
        both();
        s.take();
        s.give(Xds.LDS, "3", Istio.listener("order", 80), Istio.listener("user", 80));
        var ack = s.take(Xds.LDS).get(0);
        assertEquals("3", ack.getVersionInfo());
        assertEquals("n10", ack.getResponseNonce());
        assertEquals(List.of(ORDER_LISTENER, USER_LISTENER), names(ack));
    }

    @Test
    @DisplayName(
            "6: a change of names while a response is in flight is one request with the new list, and the next answer repeats it")
    void changeInFlight() {
        order();
        s.take();
        c.ask("user");
        s.pass(SECOND);
        assertEquals(
                List.of(List.of(ORDER_LISTENER, USER_LISTENER)),
                s.take(Xds.LDS).stream().map(StateOfTheWorldTest::names).toList());
        s.give(Xds.LDS, "2", Istio.listener("order", 80));
        assertEquals(
                List.of(ORDER_LISTENER, USER_LISTENER), names(s.take(Xds.LDS).get(0)));
    }

    @Test
    @DisplayName("7: a response made before the last request says nothing about the names of that")
    void staleAnswer() {
        order();
        var answer = c.ask("user");
        s.pass(SECOND).give(Xds.LDS, "2", Istio.listener("order", 80));
        assertNull(answer.get());
        s.give(Xds.LDS, "3", Istio.listener("order", 80), Istio.listener("user", 80))
                .give(Xds.RDS, "2", Istio.routes("user", 80))
                .give(Xds.CDS, "2", Istio.eds("order", 80), Istio.eds("user", 80))
                .give(Xds.EDS, "2", Istio.endpoints("user", 80, 9090));
        assertSame(Answer.READY, answer.get());
    }

    @Test
    @DisplayName("8: 20 names within 10 ms cost at most 3 requests")
    void debounce() {
        var services = new String[20];
        for (int i = 0; i < 20; i++) {
            services[i] = "s" + i;
        }
        s.open().giveAny(Istio.NDS, "1", Istio.nameTable(services));
        s.take();
        for (String service : services) {
            c.ask(service);
            c.run();
            s.pass(MILLI / 2);
        }
        s.pass(SECOND);
        var requests = s.take(Xds.LDS);
        assertEquals(20, names(requests.get(requests.size() - 1)).size());
        assertTrue(requests.size() <= 3, requests.size() + " requests");
    }

    @Test
    @DisplayName("9: bytes that can't be read are refused by their index; nobody is taken for absent because of them")
    void badBytes() {
        both();
        s.take();
        var broken = Any.newBuilder()
                .setTypeUrl(Xds.CDS)
                .setValue(ByteString.copyFrom(new byte[] {10, 127}))
                .build();
        var changed = Istio.eds("user", 80).toBuilder()
                .setLbPolicy(io.envoyproxy.envoy.config.cluster.v3.Cluster.LbPolicy.RANDOM)
                .build();
        s.giveAny(Xds.CDS, "3", Xds.any(changed), broken).pass(2 * SECOND);
        assertEquals(List.of(8080), c.ports(ORDER));
        assertEquals(
                dev.weft.engine.snapshot.Balancer.RANDOM,
                Objects.requireNonNull(c.last().clusters().get(USER)).balancer());
        var nack = s.take(Xds.CDS).get(0);
        assertTrue(nack.getErrorDetail().getMessage().contains("resource 1"), nack.toString());
        assertEquals("2", nack.getVersionInfo());
        assertEquals(List.of(ORDER, USER), names(nack));
    }

    @Test
    @DisplayName("10, 11: another type inside is refused; a type never asked for is acknowledged")
    void otherTypes() {
        order();
        s.take();
        s.giveAny(Xds.EDS, "2", Xds.any(Istio.eds("order", 80))).pass(2 * SECOND);
        assertTrue(s.take(Xds.EDS).get(0).hasErrorDetail());
        assertEquals(List.of(8080), c.ports(ORDER));
        s.give("type.googleapis.com/some.Other", "7");
        var ack = s.take("type.googleapis.com/some.Other").get(0);
        assertEquals("7", ack.getVersionInfo());
    }

    @Test
    @DisplayName(
            "12, 14: the good one of two applies; the refusal keeps the old version, waits, and waits longer when it comes again")
    void refusal() {
        both();
        s.take();
        long start = c.now;
        var better = Istio.routes("user", 80).toBuilder();
        better.getVirtualHostsBuilder(0).getRoutesBuilder(0).setName("better");
        s.give(Xds.RDS, "3", badRegex("order"), better.build());
        assertEquals(List.of(), s.take(Xds.RDS));
        s.pass(SECOND);
        var nack = s.take(Xds.RDS).get(0);
        assertEquals("2", nack.getVersionInfo());
        assertTrue(nack.getErrorDetail().getMessage().contains("'" + ORDER + "'"));
        assertTrue(c.last().hosts().stream()
                .anyMatch(host -> host.routes().get(0).name().equals("better")));
        s.give(Xds.RDS, "3", badRegex("order"), better.build()).pass(SECOND);
        assertEquals(List.of(), s.take(Xds.RDS));
        s.pass(SECOND);
        assertEquals(1, s.take(Xds.RDS).size());
        assertEquals(3 * SECOND, c.now - start);
    }

    @Test
    @DisplayName("13: an invalid resource without earlier version fails its waiters at once")
    void invalidFromTheStart() {
        s.open().giveAny(Istio.NDS, "1", Istio.nameTable("order"));
        var answer = c.ask("order");
        s.pass(SECOND).give(Xds.LDS, "1", Xds.listener(ORDER_LISTENER, ""));
        var failed = assertInstanceOf(Answer.Failed.class, answer.get());
        assertTrue(failed.why().contains("route_config_name"), failed.why());
    }

    @Test
    @DisplayName("15: the good old bytes after a refusal are acknowledged with their version, and the error is over")
    void goodAgain() {
        order();
        s.give(Xds.RDS, "2", badRegex("order")).pass(2 * SECOND);
        assertTrue(c.refused().containsKey(ORDER));
        int published = c.snapshots.size();
        s.take();
        s.give(Xds.RDS, "3", Istio.routes("order", 80));
        var ack = s.take(Xds.RDS).get(0);
        assertEquals("3", ack.getVersionInfo());
        assertFalse(ack.hasErrorDetail());
        assertTrue(c.refused().isEmpty());
        assertEquals(published, c.snapshots.size());
    }

    private static DiscoveryResponse.Builder error(DiscoveryResponse.Builder response, String name, int code) {
        return response.addResourceErrors(ResourceError.newBuilder()
                .setResourceName(ResourceName.newBuilder().setName(name))
                .setErrorDetail(Status.newBuilder().setCode(code).setMessage("said so")));
    }

    @Test
    @DisplayName("26: NOT_FOUND says that it does not exist, UNAVAILABLE changes nothing")
    void resourceErrors() {
        order();
        s.receive(error(s.response(Xds.EDS, "2"), ORDER, 14));
        assertEquals(List.of(8080), c.ports(ORDER));
        assertNull(ask("user", 80));
        s.pass(SECOND).receive(error(s.response(Xds.RDS, "2"), USER, 5));
        assertNull(ask("user", 80), "nothing hangs on these routes");
        s.receive(error(s.response(Xds.LDS, "2").addResources(Xds.any(Istio.listener("order", 80))), USER_LISTENER, 5));
        assertSame(Answer.PASS, ask("user", 80), "istiod has no listener for that port");
        assertEquals(List.of(8080), c.ports(ORDER));
    }

    @Test
    @DisplayName("28: a cluster that leaves the list in the same round serves until the routes no longer name it")
    void droppedInTheSameRound() {
        order();
        var moved = Istio.routes("order", 80).toBuilder();
        moved.getVirtualHostsBuilder(0).getRoutesBuilder(0).getRouteBuilder().setCluster(USER);
        s.give(Xds.RDS, "2", moved.build()).pass(SECOND);
        s.give(Xds.CDS, "2", Istio.eds("user", 80));
        assertEquals(List.of(8080), c.ports(ORDER));
        s.give(Xds.EDS, "2", Istio.endpoints("user", 80, 9090));
        assertEquals(List.of(9090), c.ports(USER));
        assertNull(c.ports(ORDER));
    }

    @Test
    @DisplayName("14: a change of names does not wait for a refusal, and a refusal of an old nonce is never sent")
    void namesDuringRefusal() {
        order();
        s.take();
        s.give(Xds.LDS, "2", Xds.listener(ORDER_LISTENER, ""));
        c.ask("user");
        s.pass(SECOND / 2);
        var change = s.take(Xds.LDS).get(0);
        assertEquals("1", change.getVersionInfo());
        assertEquals("n6", change.getResponseNonce());
        assertFalse(change.hasErrorDetail());
        s.give(Xds.LDS, "3", Istio.listener("order", 80), Istio.listener("user", 80))
                .pass(10 * SECOND);
        var rest = s.take(Xds.LDS);
        assertEquals(1, rest.size());
        assertEquals("n7", rest.get(0).getResponseNonce());
        assertFalse(rest.get(0).hasErrorDetail());
    }

    @Test
    @DisplayName("16, 17: a name twice is refused; an empty name or one not asked for is ignored")
    void oddNames() {
        order();
        s.take();
        s.give(Xds.EDS, "2", Istio.endpoints("order", 80, 1), Istio.endpoints("order", 80, 2))
                .pass(2 * SECOND);
        assertTrue(s.take(Xds.EDS).get(0).getErrorDetail().getMessage().contains("more than once"));
        s.give(Xds.EDS, "3", Xds.endpoints("", 1), Istio.endpoints("other", 80, 2), Istio.endpoints("order", 80, 8080));
        assertFalse(s.take(Xds.EDS).get(0).hasErrorDetail());
        assertEquals(List.of(8080), c.ports(ORDER));
    }

    @Test
    @DisplayName("18: resources in wrappers, with and without name, are the same resources")
    void wrappers() {
        order();
        s.take();
        s.give(
                Xds.EDS,
                "2",
                Resource.newBuilder()
                        .setName(ORDER)
                        .setResource(Xds.any(Istio.endpoints("order", 80, 8082)))
                        .build());
        assertEquals(List.of(8082), c.ports(ORDER));
        s.give(
                Xds.EDS,
                "3",
                Resource.newBuilder()
                        .setResource(Xds.any(Istio.endpoints("order", 80, 8083)))
                        .build());
        assertEquals(List.of(8083), c.ports(ORDER));
        assertTrue(s.take(Xds.EDS).stream().noneMatch(DiscoveryRequest::hasErrorDetail));
    }

    @Test
    @DisplayName("19: a listener and a cluster that are no longer listed stay in force")
    void absenceKeeps() {
        both();
        s.give(Xds.CDS, "3", Istio.eds("order", 80)).give(Xds.LDS, "3", Istio.listener("order", 80));
        assertEquals(List.of(9090), c.ports(USER));
        assertEquals("stale", c.core.status().resources().get("CLUSTER").get(USER));
        s.giveAny(Istio.NDS, "2", Istio.nameTable("order"));
        assertNull(c.ports(USER), "until the directory no longer lists the name either");
    }

    @Test
    @DisplayName("19: with fail_on_data_errors a listener that is no longer listed goes")
    void absenceDrops() {
        s.open("fail_on_data_errors").giveAny(Istio.NDS, "1", Istio.nameTable("order", "user"));
        c.ask("order");
        c.run();
        s.give(Xds.LDS, "1", Istio.listener("order", 80))
                .give(Xds.RDS, "1", Istio.routes("order", 80))
                .give(Xds.CDS, "1", Istio.eds("order", 80))
                .give(Xds.EDS, "1", Istio.endpoints("order", 80, 8080));
        assertEquals(List.of(8080), c.ports(ORDER));
        s.give(Xds.LDS, "2");
        assertEquals(List.of(), c.last().hosts());
    }

    @Test
    @DisplayName("20, 23: routes and endpoints that are not listed change nothing; an empty assignment is data")
    void absenceOfTheRest() {
        both();
        s.give(Xds.RDS, "3", Istio.routes("order", 80)).give(Xds.EDS, "3", Istio.endpoints("order", 80));
        assertEquals(List.of(9090), c.ports(USER));
        assertEquals(List.of(), c.ports(ORDER));
    }

    @Test
    @DisplayName("24, 25: no answer for 15 s of a connected stream: a port that no listener is for passes")
    void undeclaredPort() {
        order();
        var first = new AtomicReference<@Nullable Answer>();
        c.core.ask(new Question.Warm("order", 9999, true), first::set, c.now);
        s.pass(6 * SECOND);
        assertInstanceOf(Answer.Failed.class, first.get(), "nobody knows yet");
        c.close();
        s.pass(20 * SECOND).open().pass(14 * SECOND);
        assertNull(ask("order", 9999));
        s.pass(2 * SECOND);
        assertSame(Answer.PASS, ask("order", 9999));
        assertEquals(List.of(8080), c.ports(ORDER));
    }

    private @Nullable Answer ask(String host, int port) {
        var answer = new AtomicReference<@Nullable Answer>();
        c.core.ask(new Question.Warm(host, port, true), answer::set, c.now);
        return answer.get();
    }

    @Test
    @DisplayName("27: routes that name a new cluster wait for its endpoints")
    void makeBeforeBreak() {
        order();
        var moved = Istio.routes("order", 80).toBuilder();
        moved.getVirtualHostsBuilder(0).getRoutesBuilder(0).getRouteBuilder().setCluster(USER);
        s.give(Xds.RDS, "2", moved.build()).pass(SECOND);
        assertEquals(List.of(8080), c.ports(ORDER));
        s.give(Xds.CDS, "2", Istio.eds("order", 80), Istio.eds("user", 80));
        assertEquals(List.of(8080), c.ports(ORDER));
        s.give(Xds.EDS, "2", Istio.endpoints("user", 80, 9090));
        assertEquals(List.of(9090), c.ports(USER));
        assertNull(c.ports(ORDER));
    }

    @Test
    @DisplayName(
            "30: the next stream begins with the accepted versions, without nonces, and silence means that nothing changed")
    void reconnect() {
        both();
        int published = c.snapshots.size();
        s.take();
        c.close();
        s.pass(2 * SECOND).open();
        for (String type : List.of(Istio.NDS, Xds.LDS, Xds.RDS, Xds.CDS, Xds.EDS)) {
            var first = s.all().stream()
                    .filter(r -> r.getTypeUrl().equals(type))
                    .reduce((a, b) -> b)
                    .orElseThrow();
            assertEquals("", first.getResponseNonce(), type);
            assertEquals(type.equals(Istio.NDS) ? "1" : "2", first.getVersionInfo(), type);
        }
        s.pass(60 * SECOND);
        assertEquals(published, c.snapshots.size());
        s.give(Xds.EDS, "9", Istio.endpoints("order", 80, 8080), Istio.endpoints("user", 80, 9090));
        assertEquals(published, c.snapshots.size(), "equal bytes are no change");
    }

    @Test
    @DisplayName("38: the last listener that goes leaves a list with a name that nothing has, never an empty one")
    void neverEmpty() {
        order();
        s.take();
        s.pass(11 * 60 * SECOND);
        var last = s.take();
        for (String type : List.of(Xds.LDS, Xds.RDS, Xds.CDS, Xds.EDS)) {
            var requests =
                    last.stream().filter(r -> r.getTypeUrl().equals(type)).toList();
            assertEquals(List.of(NOTHING), names(requests.get(requests.size() - 1)), type);
        }
        s.give(Xds.LDS, "2");
        assertEquals(List.of(NOTHING), names(s.take(Xds.LDS).get(0)));
        var answer = c.ask("order");
        s.pass(SECOND);
        assertEquals(List.of(ORDER_LISTENER), names(s.take(Xds.LDS).get(0)));
        s.give(Xds.LDS, "3", Istio.listener("order", 80))
                .give(Xds.RDS, "3", Istio.routes("order", 80))
                .give(Xds.CDS, "3", Istio.eds("order", 80))
                .give(Xds.EDS, "3", Istio.endpoints("order", 80, 8081));
        assertSame(Answer.READY, answer.get());
        assertEquals(List.of(8081), c.ports(ORDER));
        assertTrue(s.all().stream()
                .filter(r ->
                        !r.getTypeUrl().equals(Istio.NDS) && !r.getTypeUrl().equals(Xds.HEALTH))
                .noneMatch(r -> names(r).isEmpty()));
    }

    @Test
    @DisplayName(
            "38: a name that is given up and wanted again at once leaves the list in between, or nobody would send it")
    void wantedAgain() {
        both();
        var moved = Istio.routes("order", 80).toBuilder();
        moved.getVirtualHostsBuilder(0).getRoutesBuilder(0).getRouteBuilder().setCluster("Y");
        s.give(Xds.RDS, "3", moved.build()).pass(SECOND);
        var y = Xds.eds("Y");
        s.give(Xds.CDS, "3", Istio.eds("order", 80), Istio.eds("user", 80), y).pass(SECOND);
        s.take();
        c.core.received(
                0,
                s.response(Xds.EDS, "3")
                        .addResources(Xds.any(Xds.endpoints("Y", 90)))
                        .build()
                        .toByteArray(),
                c.now);
        s.give(Xds.RDS, "4", Istio.routes("order", 80));
        s.pass(SECOND);
        var lists = new HashSet<List<String>>();
        s.take(Xds.CDS).forEach(r -> lists.add(names(r)));
        assertTrue(lists.contains(List.of("Y", USER)), lists.toString());
        assertTrue(lists.contains(List.of("Y", ORDER, USER)), lists.toString());
        assertEquals(List.of(90), c.ports("Y"));
        s.give(Xds.CDS, "4", Istio.eds("order", 80), Istio.eds("user", 80), y)
                .give(Xds.EDS, "4", Istio.endpoints("order", 80, 8080));
        assertEquals(List.of(8080), c.ports(ORDER));
    }

    @Test
    @DisplayName(
            "health is told after the first request, and no port is registered with a server that doesn't know how")
    void health() {
        c.core.health(0, "");
        c.core.register("shop", 8080, "http", java.util.Map.of(), c.now);
        s.open();
        assertEquals(
                List.of(Istio.NDS, Xds.HEALTH),
                s.take().stream().map(DiscoveryRequest::getTypeUrl).toList());
    }

    @Test
    void aShortNameIsNobodysButOfOnesOwnNamespace() {
        s.open().giveAny(Istio.NDS, "1", Istio.nameTable("order"));
        assertSame(State.KNOWN, c.last().directory().state());
        assertEquals(4, c.last().directory().names().size());
        assertSame(Answer.READY, c.ask("elsewhere").get());
        assertEquals(List.of(), s.take(Xds.LDS));
    }
}
