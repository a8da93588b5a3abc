package dev.weft.client.warm;

import static dev.weft.client.warm.Conversation.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.client.Xds;
import dev.weft.client.ads.Ending;
import dev.weft.engine.call.Answer;
import dev.weft.engine.snapshot.Directory.State;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Several control planes (gRFC A71); case 35 of the conformance list. */
final class FallbackTest {
    private final Conversation c = new Conversation();

    @Test
    @DisplayName("35: the first is dead before its first answer: the next one is tried at once")
    void deadFromTheStart() {
        c.core.servers(0, 2);
        c.run().close().run();
        assertEquals(List.of(0, 1), c.servers);
        assertSame(State.PENDING, directory());
        c.open().directory("order").warm("order", 80);
        assertEquals(List.of(80), c.ports(Xds.cluster("order")));
    }

    private State directory() {
        return c.last().directory().state();
    }

    @Test
    @DisplayName("35: it dies when everything is here: no other one is asked")
    void deadLater() {
        c.core.servers(0, 2);
        c.open().directory("order").warm("order", 80).close();
        for (int i = 0; i < 5; i++) {
            c.pass(200 * SECOND).close();
        }
        assertTrue(c.servers.size() > 3 && c.servers.stream().allMatch(server -> server == 0), c.servers.toString());
    }

    @Test
    @DisplayName("35: a port that is offered is something that only a control plane can tell others")
    void offering() {
        c.core.servers(0, 2);
        c.open().directory("order").warm("order", 80);
        c.core.register("shop", 8080, "http", Map.of(), c.now);
        c.run().close();
        c.pass(3 * SECOND).close();
        c.run();
        assertEquals(List.of(0, 0, 1), c.servers);
        c.sent.clear();
        c.open();
        assertEquals(1, c.take(Xds.REGISTRATION).size());
        assertEquals(List.of(80), c.ports(Xds.cluster("order")));
    }

    @Test
    @DisplayName("35: until something is needed that is not here")
    void needed() {
        c.core.servers(0, 2);
        c.open().directory("order", "user").warm("order", 80).close();
        c.pass(3 * SECOND).close();
        int before = c.servers.size();
        var answer = c.ask("user");
        c.run();
        assertEquals(List.of(1), c.servers.subList(before, c.servers.size()));
        c.sent.clear();
        c.open();
        assertEquals(0, c.take(Xds.CDS).get(0).getInitialResourceVersionsCount(), "another server's versions");
        c.warm("user", 90);
        assertSame(Answer.READY, answer.get());
        assertEquals(List.of(80), c.ports(Xds.cluster("order")));
    }

    @Test
    @DisplayName("35: all are dead: the round is over, and the next begins after a pause with the first")
    void allDead() {
        c.core.servers(0, 3);
        c.run().close().close().close();
        assertSame(State.FAILED, directory());
        assertEquals(List.of(0, 1, 2), c.servers);
        c.pass(2 * SECOND);
        assertEquals(List.of(0, 1, 2, 0), c.servers);
    }

    @Test
    @DisplayName("35: one that swallows the connection counts as dead")
    void silent() {
        c.core.servers(0, 2);
        c.run().pass(11 * SECOND);
        assertEquals(List.of(0, 1), c.servers);
        c.open().directory("order").warm("order", 80);
        assertEquals(List.of(80), c.ports(Xds.cluster("order")));
    }

    @Test
    @DisplayName("what is asked for while all are dead makes nobody try them any sooner")
    void noStorm() {
        c.core.servers(0, 2);
        c.open().directory("a", "b", "x").warm("x", 1).close();
        c.pass(3 * SECOND).close();
        c.ask("a");
        c.run().close();
        int tried = c.servers.size();
        c.ask("b");
        c.run();
        assertEquals(tried, c.servers.size(), c.servers.toString());
    }

    @Test
    @DisplayName("33: one that is busy is asked again after a pause, without alarm; the next is tried when it stays so")
    void busy() {
        c.core.servers(0, 2);
        c.run().close(Ending.BUSY, "RESOURCE_EXHAUSTED: request rate limit exceeded");
        assertEquals(List.of(0), c.servers);
        assertTrue(c.untilConnecting() >= 800 * Conversation.MILLI);
        assertEquals(List.of(0, 0), c.servers);
        assertEquals(1, c.log.size(), c.log.toString());
        assertTrue(c.log.get(0).startsWith("the control plane is busy (RESOURCE_EXHAUSTED"), c.log.toString());
        assertSame(State.PENDING, directory());
        c.close(Ending.BUSY, "RESOURCE_EXHAUSTED").run();
        assertEquals(List.of(0, 0, 1), c.servers);
        c.open().directory("order").warm("order", 80);
        assertEquals(List.of(80), c.ports(Xds.cluster("order")));
    }

    @Test
    @DisplayName("33: the only one that stays busy is asked less and less often")
    void busyForLong() {
        long before = 0;
        c.run();
        for (int i = 0; i < 5; i++) {
            c.close(Ending.BUSY, "RESOURCE_EXHAUSTED");
            long waited = c.untilConnecting();
            assertTrue(waited > before, waited + " after " + before);
            before = waited;
        }
        assertEquals(1, c.log.stream().filter(line -> line.contains("is busy")).count(), c.log.toString());
    }

    @Test
    @DisplayName("35: the first is looked for while another one serves, and taken again when it is there")
    void back() {
        c.core.servers(0, 2);
        c.run().close().open().directory("order").warm("order", 80);
        c.pass(31 * SECOND);
        assertEquals(1, c.probes);
        c.core.probed(0, false, c.now);
        c.pass(29 * SECOND);
        assertEquals(1, c.probes);
        c.pass(2 * SECOND);
        assertEquals(2, c.probes);
        c.core.probed(0, true, c.now);
        c.run();
        assertEquals("the preferred control plane is back", c.disconnected);
        assertEquals(List.of(0, 1, 0), c.servers);
        c.sent.clear();
        c.open();
        assertEquals(0, c.take(Xds.LDS).get(0).getInitialResourceVersionsCount(), "another server's versions");
        assertEquals(List.of(80), c.ports(Xds.cluster("order")));
        c.pass(100 * SECOND);
        assertEquals(2, c.probes);
    }
}
