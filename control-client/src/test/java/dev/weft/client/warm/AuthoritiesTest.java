package dev.weft.client.warm;

import static dev.weft.client.warm.Conversation.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.weft.client.Xds;
import dev.weft.client.ads.Ending;
import dev.weft.client.ads.Step;
import dev.weft.client.bootstrap.Profile;
import dev.weft.engine.call.Answer;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Names of authorities (gRFC A47); case 36 of the conformance list. */
final class AuthoritiesTest {
    private static final String HOST = Xds.host("order");
    private static final String ROUTES = "xdstp://mesh/envoy.config.route.v3.RouteConfiguration/order?a=1&b=2";
    private static final String OTHER_ORDER = "xdstp://mesh/envoy.config.route.v3.RouteConfiguration/order?b=2&a=1";

    private final Conversation c = new Conversation(Profile.WEFT, Map.of("mesh", 0, "one", 1, "one-too", 1, "two", 2));

    private static String cluster(String authority, String parameters) {
        return "xdstp://" + authority + "/envoy.config.cluster.v3.Cluster/c" + parameters;
    }

    private void order(String routes) {
        c.open().directory("order", "user");
        c.ask("order");
        c.run();
        c.give(Xds.LDS, HOST, "1", Xds.listener(HOST, routes));
    }

    /** What a line was asked for since the last look. */
    private List<String> asked(int line) {
        List<String> names = new ArrayList<>();
        for (var stream : List.copyOf(c.beside)) {
            if (stream.line() == line && stream.step() instanceof Step.Send send) {
                c.beside.remove(stream);
                try {
                    names.addAll(DeltaDiscoveryRequest.parseFrom(send.request()).getResourceNamesSubscribeList());
                } catch (InvalidProtocolBufferException e) {
                    throw new AssertionError(e);
                }
            }
        }
        return names;
    }

    private boolean connects(int line) {
        return c.beside.remove(new Work.Stream(line, new Step.Connect(0)));
    }

    private void open(int line) {
        c.core.opened(line, new byte[] {10, 1, 'n'}, Set.of(), c.now);
        c.run();
    }

    private void give(int line, String type, String name, Message message) {
        var response = c.response(type).addResources(Conversation.resource(name, "1", message));
        c.core.received(line, response.build().toByteArray(), c.now);
        c.run();
    }

    @Test
    @DisplayName("36: a name with its parameters in another order is the same name")
    void parameters() {
        order(OTHER_ORDER);
        assertEquals(List.of(ROUTES), c.take(Xds.RDS).get(0).getResourceNamesSubscribeList());
        String called = cluster("mesh", "?y=1&x=2");
        String canonical = cluster("mesh", "?x=2&y=1");
        c.give(Xds.RDS, OTHER_ORDER, "1", Xds.routes("order", called));
        assertEquals(List.of(canonical), c.take(Xds.CDS).get(0).getResourceNamesSubscribeList());
        c.give(Xds.CDS, canonical, "1", Xds.eds(called));
        assertEquals(List.of(canonical), c.take(Xds.EDS).get(0).getResourceNamesSubscribeList());
        c.give(Xds.EDS, called, "1", Xds.endpoints(called, 80));
        assertSame(Answer.READY, c.ask("order").get());
        assertEquals(List.of(80), c.ports(called));
        assertEquals(called, assertNotNullCluster(called));
        c.give(Xds.EDS, canonical, "2", Xds.endpoints(canonical, 81));
        assertEquals(List.of(81), c.ports(called));
        c.remove(Xds.RDS, OTHER_ORDER);
        assertEquals("stale", c.core.status().resources().get("ROUTES").get(ROUTES));
    }

    private String assertNotNullCluster(String name) {
        var cluster = c.last().clusters().get(name);
        assertNotNull(cluster);
        return cluster.name();
    }

    @Test
    @DisplayName("36: a name of an authority that is not known fails at once, and nothing but it")
    void unknown() {
        order(Xds.cluster("order"));
        String nobody = cluster("nobody", "");
        c.give(Xds.RDS, Xds.cluster("order"), "1", Xds.routes("order", Xds.cluster("order"), nobody));
        c.give(Xds.CDS, Xds.cluster("order"), "1", Xds.eds(Xds.cluster("order")));
        c.give(Xds.EDS, Xds.cluster("order"), "1", Xds.endpoints(Xds.cluster("order"), 80));
        assertEquals(List.of(80), c.ports(Xds.cluster("order")));
        assertEquals(List.of(), c.ports(nobody));
        assertTrue(c.take(Xds.CDS).stream()
                .noneMatch(request -> request.getResourceNamesSubscribeList().contains(nobody)));
        var answer = c.ask("user");
        c.run();
        c.give(Xds.LDS, Xds.host("user"), "1", Xds.listener(Xds.host("user"), "xdstp://nobody/T/user"));
        var failed = assertInstanceOf(Answer.Failed.class, answer.get());
        assertEquals("routes xdstp://nobody/T/user: authority 'nobody' is not known", failed.why());
        assertSame(Answer.READY, c.ask("order").get());
        c.pass(60 * SECOND);
        assertEquals(
                1,
                c.log.stream()
                        .filter(line -> line.equals("CLUSTER " + nobody + ": authority 'nobody' is not known"))
                        .count(),
                c.log.toString());
    }

    @Test
    @DisplayName("authorities with the same servers share a stream, which begins when a name of theirs is needed")
    void lines() {
        c.open().directory("order", "user").warm("user", 90);
        assertEquals(List.of(), c.beside);
        String one = cluster("one", "");
        String too = cluster("one-too", "");
        String two = cluster("two", "");
        c.ask("order");
        c.run();
        c.give(Xds.LDS, HOST, "1", Xds.listener(HOST, Xds.cluster("order")));
        c.sent.clear();
        c.give(Xds.RDS, Xds.cluster("order"), "1", Xds.routes("order", one, too, two));
        assertTrue(connects(1) && connects(2));
        open(1);
        open(2);
        assertEquals(Set.of(one, too), Set.copyOf(asked(1)));
        assertEquals(List.of(two), asked(2));
        assertEquals(List.of(), c.take(Xds.CDS));
        for (String name : List.of(one, too)) {
            give(1, Xds.CDS, name, Xds.eds(name));
        }
        give(2, Xds.CDS, two, Xds.eds(two));
        c.pass(SECOND);
        assertEquals(Set.of(one, too), Set.copyOf(asked(1)));
        assertEquals(List.of(two), asked(2));
        give(1, Xds.EDS, one, Xds.endpoints(one, 1));
        give(1, Xds.EDS, too, Xds.endpoints(too, 2));
        assertEquals(1, c.last().hosts().size(), "until all is there");
        give(2, Xds.EDS, two, Xds.endpoints(two, 3));
        assertSame(Answer.READY, c.ask("order").get());
        assertEquals(List.of(1), c.ports(one));
        assertEquals(List.of(3), c.ports(two));
        assertTrue(c.sent.stream()
                .noneMatch(request ->
                        request.getResourceNamesSubscribeList().stream().anyMatch(name -> name.startsWith("xdstp:"))));
    }

    @Test
    @DisplayName(
            "servers of an authority that are away fail what only they have, keep what is here, and are tried again")
    void away() {
        order(Xds.cluster("order"));
        String one = cluster("one", "");
        c.give(Xds.RDS, Xds.cluster("order"), "1", Xds.routes("order", one));
        assertTrue(connects(1));
        c.core.closed(1, Ending.BROKEN, "UNAVAILABLE: refused", c.now);
        c.run();
        assertEquals(List.of(), c.ports(one), "calls fail and do not wait");
        assertTrue(
                c.log.contains("no server of 'one', 'one-too': UNAVAILABLE: refused; what is known stays in force"),
                c.log.toString());
        assertTrue(c.core.status().connected());
        c.pass(3 * SECOND);
        assertTrue(connects(1));
        open(1);
        give(1, Xds.CDS, one, Xds.eds(one));
        give(1, Xds.EDS, one, Xds.endpoints(one, 1));
        assertEquals(List.of(1), c.ports(one));
        c.core.closed(1, Ending.BROKEN, "UNAVAILABLE", c.now);
        c.run();
        assertEquals(List.of(1), c.ports(one));
    }

    @Test
    @DisplayName("the end of the client ends all streams")
    void end() {
        order(Xds.cluster("order"));
        c.give(Xds.RDS, Xds.cluster("order"), "1", Xds.routes("order", cluster("one", "")));
        assertTrue(connects(1));
        open(1);
        c.core.end(c.now);
        c.run();
        assertTrue(c.beside.contains(new Work.Stream(1, new Step.Disconnect("the application ends", false))));
    }
}
