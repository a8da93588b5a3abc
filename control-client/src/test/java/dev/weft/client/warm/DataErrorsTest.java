package dev.weft.client.warm;

import static dev.weft.client.warm.Conversation.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.rpc.Status;
import dev.weft.client.Istio;
import dev.weft.client.Xds;
import dev.weft.client.bootstrap.Profile;
import dev.weft.engine.call.Answer;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.service.discovery.v3.ResourceError;
import io.envoyproxy.envoy.service.discovery.v3.ResourceName;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What servers are known to do about errors (gRFC A88), in both forms of the protocol. */
final class DataErrorsTest {
    private static final int NOT_FOUND = 5;
    private static final int PERMISSION_DENIED = 7;
    private static final int UNAVAILABLE = 14;

    private static ResourceError error(String name, int code) {
        return ResourceError.newBuilder()
                .setResourceName(ResourceName.newBuilder().setName(name))
                .setErrorDetail(Status.newBuilder().setCode(code).setMessage("said so"))
                .build();
    }

    private static RouteConfiguration spoilt(RouteConfiguration good) {
        var routes = good.toBuilder();
        routes.getVirtualHostsBuilder(0)
                .getRoutesBuilder(0)
                .getMatchBuilder()
                .setSafeRegex(RegexMatcher.newBuilder().setRegex("("));
        return routes.build();
    }

    @Nested
    final class InDelta {
        private static final String ORDER = Xds.cluster("order");
        private final Conversation c = new Conversation();

        private void warm(String... features) {
            c.open(Set.of(features)).directory("order", "user").warm("order", 80);
        }

        private String failed() {
            return assertInstanceOf(Answer.Failed.class, c.ask("order").get()).why();
        }

        @Test
        @DisplayName("fail_on_data_errors: a cluster and endpoints that are taken away leave no hosts, and come back")
        void removed() {
            warm("fail_on_data_errors");
            c.remove(Xds.EDS, ORDER);
            assertEquals(List.of(), c.ports(ORDER));
            c.give(Xds.EDS, ORDER, "2", Xds.endpoints(ORDER, 81));
            assertEquals(List.of(81), c.ports(ORDER));
            c.remove(Xds.CDS, ORDER);
            assertEquals(List.of(), c.ports(ORDER));
            c.give(Xds.CDS, ORDER, "2", Xds.eds(ORDER));
            c.give(Xds.EDS, ORDER, "3", Xds.endpoints(ORDER, 82));
            assertEquals(List.of(82), c.ports(ORDER));
        }

        @Test
        @DisplayName("fail_on_data_errors: routes that are taken away fail calls with the reason, and come back")
        void removedRoutes() {
            warm("fail_on_data_errors");
            c.remove(Xds.RDS, ORDER);
            assertEquals(List.of(), c.last().hosts());
            assertTrue(failed().contains("the control plane has none"), failed());
            c.give(Xds.RDS, ORDER, "1", Xds.routes("order", ORDER));
            c.give(Xds.CDS, ORDER, "1", Xds.eds(ORDER)).give(Xds.EDS, ORDER, "1", Xds.endpoints(ORDER, 80));
            assertSame(Answer.READY, c.ask("order").get());
        }

        @Test
        @DisplayName("fail_on_data_errors: what is refused takes the last good one with it, and is asked for anew")
        void refused() {
            warm("fail_on_data_errors");
            c.give(Xds.RDS, ORDER, "2", spoilt(Xds.routes("order", ORDER)));
            assertTrue(failed().contains("safe_regex"), failed());
            c.give(
                    Xds.CDS,
                    ORDER,
                    "2",
                    Xds.eds(ORDER).toBuilder()
                            .setType(Cluster.DiscoveryType.STRICT_DNS)
                            .build());
            c.close();
            c.sent.clear();
            c.open(Set.of("fail_on_data_errors"));
            assertEquals(0, c.take(Xds.RDS).get(0).getInitialResourceVersionsCount(), "it is not here any more");
            c.give(Xds.RDS, ORDER, "1", Xds.routes("order", ORDER));
            c.give(Xds.CDS, ORDER, "1", Xds.eds(ORDER)).give(Xds.EDS, ORDER, "1", Xds.endpoints(ORDER, 80));
            assertSame(Answer.READY, c.ask("order").get());
            assertEquals(List.of(80), c.ports(ORDER));
        }

        @Test
        @DisplayName("fail_on_data_errors: NOT_FOUND and PERMISSION_DENIED drop, UNAVAILABLE does not")
        void told() {
            warm("fail_on_data_errors");
            c.receive(c.response(Xds.EDS).addResourceErrors(error(ORDER, UNAVAILABLE)));
            assertEquals(List.of(80), c.ports(ORDER));
            c.receive(c.response(Xds.EDS).addResourceErrors(error(ORDER, PERMISSION_DENIED)));
            assertEquals(List.of(), c.ports(ORDER));
            c.receive(c.response(Xds.LDS).addResourceErrors(error(Xds.host("order"), NOT_FOUND)));
            assertEquals(List.of(), c.last().hosts());
            assertTrue(failed().contains("said so"), failed());
        }

        @Test
        @DisplayName("without it everything stays but the listener that is taken away")
        void keeps() {
            warm();
            c.receive(c.response(Xds.EDS).addResourceErrors(error(ORDER, PERMISSION_DENIED)));
            c.receive(c.response(Xds.CDS).addResourceErrors(error(ORDER, NOT_FOUND)));
            c.remove(Xds.RDS, ORDER).give(Xds.RDS, ORDER, "2", spoilt(Xds.routes("order", ORDER)));
            assertEquals(List.of(80), c.ports(ORDER));
            assertSame(Answer.READY, c.ask("order").get());
            c.remove(Xds.LDS, Xds.host("order"));
            assertEquals(List.of(), c.last().hosts());
        }

        @Test
        @DisplayName(
                "26: UNAVAILABLE for a name that was never here fails its callers at once, and what comes heals it")
        void unavailableFromTheStart() {
            c.open().directory("order");
            var first = c.ask("order");
            c.run();
            c.receive(c.response(Xds.LDS).addResourceErrors(error(Xds.host("order"), UNAVAILABLE)));
            var why = assertInstanceOf(Answer.Failed.class, first.get()).why();
            assertTrue(why.contains("said so"), why);
            c.warm("order", 80);
            assertSame(Answer.READY, c.ask("order").get());
        }

        @Test
        @DisplayName("resource_timer_is_transient_error: silence counts after 30 s, and as slowness")
        void timer() {
            c.open(Set.of("resource_timer_is_transient_error")).directory("order");
            c.ask("order");
            c.pass(20 * SECOND);
            assertNull(c.ask("order").get());
            c.pass(11 * SECOND);
            assertTrue(failed().contains("no answer within 30 s"), failed());
            c.warm("order", 80);
            assertSame(Answer.READY, c.ask("order").get());
        }

        @Test
        @DisplayName("24: without it after 15 s")
        void timerOtherwise() {
            c.open().directory("order");
            c.ask("order");
            c.pass(16 * SECOND);
            assertTrue(failed().contains("no answer within 15 s"), failed());
        }

        @Test
        @DisplayName("an error that is as long as a book is cut off")
        void longError() {
            warm();
            var status = Status.newBuilder().setCode(NOT_FOUND).setMessage("x".repeat(4 << 20));
            c.receive(c.response(Xds.LDS)
                    .addResourceErrors(
                            error(Xds.host("order"), NOT_FOUND).toBuilder().setErrorDetail(status)));
            assertTrue(failed().length() < 2000, () -> "characters: " + failed().length());
        }
    }

    @Nested
    final class InStateOfTheWorld {
        private static final String ORDER = Istio.cluster("order", 80);
        private static final String USER = Istio.cluster("user", 80);
        private final Sotw s = new Sotw(Profile.ISTIO);
        private final Conversation c = s.c;

        private void warm(String... features) {
            s.open(features).giveAny(Istio.NDS, "1", Istio.nameTable("order", "user"));
            c.ask("order");
            c.ask("user");
            s.pass(SECOND)
                    .give(Xds.LDS, "1", Istio.listener("order", 80), Istio.listener("user", 80))
                    .give(Xds.RDS, "1", Istio.routes("order", 80), Istio.routes("user", 80))
                    .give(Xds.CDS, "1", Istio.eds("order", 80), Istio.eds("user", 80))
                    .give(Xds.EDS, "1", Istio.endpoints("order", 80, 8080), Istio.endpoints("user", 80, 9090));
        }

        @Test
        @DisplayName("19, fail_on_data_errors: a cluster that is no longer listed has no hosts")
        void absent() {
            warm("fail_on_data_errors");
            s.give(Xds.CDS, "2", Istio.eds("order", 80));
            assertEquals(List.of(), c.ports(USER));
            assertEquals(List.of(8080), c.ports(ORDER));
            s.give(Xds.CDS, "3", Istio.eds("order", 80), Istio.eds("user", 80))
                    .give(Xds.EDS, "2", Istio.endpoints("user", 80, 9091));
            assertEquals(List.of(9091), c.ports(USER));
        }

        @Test
        @DisplayName("20, fail_on_data_errors: routes and endpoints need not be listed")
        void notListed() {
            warm("fail_on_data_errors");
            s.give(Xds.RDS, "2", Istio.routes("order", 80)).give(Xds.EDS, "2", Istio.endpoints("order", 80, 8081));
            assertEquals(List.of(8081), c.ports(ORDER));
            assertEquals(List.of(9090), c.ports(USER));
        }

        @Test
        @DisplayName("fail_on_data_errors: what is refused takes the last good one with it, its neighbour stays")
        void refused() {
            warm("fail_on_data_errors");
            s.give(Xds.RDS, "2", spoilt(Istio.routes("order", 80)), Istio.routes("user", 80));
            assertInstanceOf(Answer.Failed.class, c.ask("order").get());
            assertSame(Answer.READY, c.ask("user").get());
            s.give(Xds.RDS, "3", Istio.routes("order", 80), Istio.routes("user", 80))
                    .give(Xds.CDS, "3", Istio.eds("order", 80), Istio.eds("user", 80))
                    .give(Xds.EDS, "3", Istio.endpoints("order", 80, 8080));
            assertSame(Answer.READY, c.ask("order").get());
        }

        @Test
        @DisplayName("fail_on_data_errors: errors that are told drop; without it they don't")
        void told() {
            warm("fail_on_data_errors");
            s.receive(s.response(Xds.EDS, "2").addResourceErrors(error(ORDER, PERMISSION_DENIED)));
            assertEquals(List.of(), c.ports(ORDER));
            assertEquals(List.of(9090), c.ports(USER));
            var other = new Sotw(Profile.ISTIO);
            other.open().giveAny(Istio.NDS, "1", Istio.nameTable("order"));
            other.c.ask("order");
            other.pass(SECOND)
                    .give(Xds.LDS, "1", Istio.listener("order", 80))
                    .give(Xds.RDS, "1", Istio.routes("order", 80))
                    .give(Xds.CDS, "1", Istio.eds("order", 80))
                    .give(Xds.EDS, "1", Istio.endpoints("order", 80, 8080));
            other.receive(other.response(Xds.EDS, "2").addResourceErrors(error(ORDER, PERMISSION_DENIED)));
            assertEquals(List.of(8080), other.c.ports(ORDER));
        }

        @Test
        @DisplayName(
                "resource_timer_is_transient_error: a port that is not answered for is not taken for none of istiod's")
        void timer() {
            s.open("resource_timer_is_transient_error").giveAny(Istio.NDS, "1", Istio.nameTable("order"));
            c.ask("order");
            s.pass(29 * SECOND);
            assertNull(c.ask("order").get());
            s.pass(2 * SECOND);
            var why =
                    assertInstanceOf(Answer.Failed.class, c.ask("order").get()).why();
            assertTrue(why.contains("no answer within 30 s"), why);
        }
    }
}
