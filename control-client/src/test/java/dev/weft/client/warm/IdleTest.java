package dev.weft.client.warm;

import static dev.weft.client.warm.Conversation.MILLI;
import static dev.weft.client.warm.Conversation.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.client.Xds;
import dev.weft.engine.call.Answer;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.route.v3.DirectResponseAction;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Names that nobody calls any more. */
final class IdleTest {
    private static final long MINUTE = 60 * SECOND;
    private static final String ORDER = Xds.cluster("order");

    private final Conversation c = new Conversation();

    private List<String> unsubscribed(String type) {
        return c.take(type).stream()
                .flatMap(request -> request.getResourceNamesUnsubscribeList().stream())
                .toList();
    }

    @Test
    void aNameThatWasNotCalledForTenMinutesIsUnsubscribedWithAllThatHangsOnIt() {
        c.open().directory("order", "user").warm("order", 80).warm("user", 90).pass(SECOND);
        c.sent.clear();
        c.called = Set.of(Xds.cluster("user"));
        c.pass(9 * MINUTE);
        assertEquals(List.of(80), c.ports(ORDER));
        c.pass(2 * MINUTE);
        assertNull(c.ports(ORDER));
        assertEquals(List.of(90), c.ports(Xds.cluster("user")));
        assertEquals(List.of(Xds.host("order")), unsubscribed(Xds.LDS));
        assertEquals(List.of(ORDER), unsubscribed(Xds.RDS));
        assertEquals(List.of(ORDER), unsubscribed(Xds.CDS));
        assertEquals(List.of(ORDER), unsubscribed(Xds.EDS));
        assertNull(c.core.status().resources().get("CLUSTER").get(ORDER));
    }

    @Test
    void whatIsCalledStaysForEver() {
        c.open().directory("order").warm("order", 80);
        c.called = Set.of(ORDER);
        c.pass(100 * MINUTE);
        assertEquals(List.of(80), c.ports(ORDER));
        c.called = Set.of();
        c.pass(9 * MINUTE);
        assertEquals(List.of(80), c.ports(ORDER));
        c.pass(2 * MINUTE);
        assertNull(c.ports(ORDER));
    }

    @Test
    void anIdleNameThatIsCalledAgainIsSubscribedToAgain() {
        c.open().directory("order").warm("order", 80).pass(12 * MINUTE);
        assertNull(c.ports(ORDER));
        c.sent.clear();
        var answer = c.ask("order");
        c.pass(100 * MILLI);
        assertNull(answer.get());
        assertEquals(List.of(Xds.host("order")), c.take(Xds.LDS).get(0).getResourceNamesSubscribeList());
        c.give(Xds.LDS, Xds.host("order"), "1", Xds.listener(Xds.host("order"), ORDER));
        c.give(Xds.RDS, ORDER, "1", Xds.routes("order", ORDER));
        c.give(Xds.CDS, ORDER, "1", Xds.eds(ORDER));
        c.give(Xds.EDS, ORDER, "1", Xds.endpoints(ORDER, 81));
        assertSame(Answer.READY, answer.get());
        assertEquals(List.of(81), c.ports(ORDER));
    }

    @Test
    void nothingIsDroppedWhileThereIsNoControlPlaneToHaveItFromAgain() {
        c.open().directory("order").warm("order", 80).close();
        for (int i = 0; i < 30; i++) {
            c.pass(MINUTE).close();
        }
        assertEquals(List.of(80), c.ports(ORDER));
        c.open().directory("order").pass(2 * MINUTE);
        assertNull(c.ports(ORDER));
    }

    @Test
    void aNameThatIsAskedForWithoutEverBecomingWarmIsNotIdle() {
        c.open().directory("order");
        for (int minute = 0; minute < 20; minute++) {
            c.ask("order");
            c.pass(MINUTE);
        }
        assertEquals(List.of(), unsubscribed(Xds.LDS));
        c.pass(11 * MINUTE);
        assertEquals(List.of(Xds.host("order")), unsubscribed(Xds.LDS));
    }

    @Test
    void aListenerThatAnswersByItselfIsNeverTakenForIdle() {
        c.open().directory("order");
        c.ask("order");
        c.run();
        c.give(Xds.LDS, Xds.host("order"), "1", Xds.listener(Xds.host("order"), ORDER));
        var routes = Xds.routes("order", ORDER).toBuilder();
        routes.getVirtualHostsBuilder(0)
                .getRoutesBuilder(0)
                .clearRoute()
                .setDirectResponse(DirectResponseAction.newBuilder().setStatus(404));
        c.give(Xds.RDS, ORDER, "1", routes.build());
        c.pass(60 * MINUTE);
        assertEquals(1, c.last().hosts().size());
    }

    @Test
    void aServiceOfWhichOnlyConnectionsAreUsedIsInUse() {
        c.open().directory("order").warm("order", 80);
        var other = TcpProxy.newBuilder().setStatPrefix("s").setCluster("db").build();
        c.give(
                Xds.LDS,
                Xds.host("order"),
                "2",
                Xds.listener(Xds.host("order"), ORDER).toBuilder()
                        .setDefaultFilterChain(FilterChain.newBuilder()
                                .addFilters(Filter.newBuilder().setName("t").setTypedConfig(Xds.any(other))))
                        .build());
        c.give(Xds.CDS, "db", "1", Xds.eds("db")).give(Xds.EDS, "db", "1", Xds.endpoints("db", 90));
        c.called = Set.of("db");
        c.pass(30 * MINUTE);
        assertEquals(List.of(90), c.ports("db"));
        c.called = Set.of();
        c.pass(12 * MINUTE);
        assertNull(c.ports("db"));
    }

    @Test
    void namesOfAnEarlierRunThatNobodyCallsGoToo() {
        c.open().directory("order").warm("order", 80).pass(2 * SECOND);
        var later = new Conversation();
        later.core.restore(java.util.Objects.requireNonNull(c.saved), later.now);
        later.open().directory("order").pass(12 * MINUTE);
        assertTrue(later.take(Xds.LDS).stream()
                .anyMatch(r -> r.getResourceNamesUnsubscribeList().contains(Xds.host("order"))));
    }

    @Test
    void theNameThatWasNotUsedForLongestGivesWayWhenThereAreTooMany() {
        var services = new String[2001];
        for (int i = 0; i < services.length; i++) {
            services[i] = "s" + i;
        }
        c.open().directory(services);
        for (int i = 0; i < 2000; i++) {
            c.ask("s" + i);
        }
        c.pass(SECOND);
        var full = c.ask("s2000").get();
        assertTrue(full instanceof Answer.Failed failed && failed.why().contains("2000 services"));
        c.pass(3 * MINUTE);
        c.sent.clear();
        c.ask("s2000");
        c.pass(SECOND);
        assertEquals(
                List.of(Xds.host("s2000")),
                c.sent.stream()
                        .filter(r -> r.getTypeUrl().equals(Xds.LDS))
                        .flatMap(r -> r.getResourceNamesSubscribeList().stream())
                        .toList());
        assertEquals(1, unsubscribed(Xds.LDS).size());
    }
}
