package dev.weft.engine;

import static dev.weft.engine.ManualTime.ms;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.Style.Peer;
import dev.weft.engine.Style.Stage;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.Match;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.Snapshot;
import dev.weft.engine.snapshot.Transport;
import dev.weft.engine.snapshot.VirtualHost;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a bug of ours leaves behind, and what it must not let out. */
class BugsTest {
    private final Stage stage = new Stage();

    @ParameterizedTest
    @EnumSource
    void aBugBeforeTheFirstAttemptSendsNothingInTheClearThatMustBeSecured(Style style) throws Exception {
        Transport.Tls tls = new Transport.Tls(SSLContext.getDefault(), "", List.of());
        VirtualHost plain =
                new VirtualHost("plain", List.of("plain"), List.of(new Route("p", Match.ANY, Rules.to("p", null))));
        VirtualHost secured =
                new VirtualHost("shop", List.of("shop"), List.of(new Route("a", Match.ANY, Rules.to("a", null))));
        Map<String, Cluster> clusters =
                Map.of("a", Rules.transport(Rules.cluster("a", 1), tls), "p", Rules.cluster("p", 1));
        stage.engine.publish(new Snapshot("1", Rules.KNOWN, List.of(plain, secured), clusters));

        assertEquals(299, style.call(stage, new Failing("plain", "header")).status());
        String refused = style.call(stage, new Failing("shop", "header")).failure();
        assertTrue(refused.startsWith("TLS_REQUIRED: shop:80: TLS is required"), refused);
        assertEquals(1, stage.originals);
        stage.breakRequest = new IllegalStateException("bug");
        refused = style.call(stage, FakeRequest.get("plain", "/")).failure();
        assertTrue(refused.contains("TLS_REQUIRED: TLS is required"), refused);
        assertEquals(1, stage.originals);
        assertEquals(0, stage.engine.underWay());
    }

    @ParameterizedTest
    @EnumSource(names = {"FUTURE", "LOOP"})
    void aBugBetweenTheFirstAttemptAndItsCopyLeavesNothingInFlight(Style style) {
        stage.engine.publish(Rules.snapshot(
                Rules.mirror(Rules.to("a", null), "copy"), Rules.cluster("a", 1), Rules.cluster("copy", 1)));
        assertEquals(299, style.call(stage, new Failing("shop", "body")).status());
        assertEquals(1, stage.bugs.size());
        assertEquals(0, stage.engine.underWay());
    }

    @Test
    void aBugHandsOneAnswerOutAndDropsTheOther() {
        stage.engine.publish(Rules.snapshot(Rules.hedge(Rules.to("a", null), 2, ms(5)), Rules.cluster("a", 2)));
        stage.peer(1, new Peer.Answers(503, ms(8))).peer(2, new Peer.Answers(503, ms(8)));
        stage.time.after(ms(9), () -> stage.breakHead = new IllegalStateException("bug"));
        assertEquals(503, Style.FUTURE.call(stage, FakeRequest.get("shop", "/")).status());
        assertEquals(1, stage.bugs.size());
        assertEquals(2, stage.sentTo.size());
        assertEquals(1, stage.discarded);
        assertEquals(0, stage.engine.underWay());
    }

    /** A bug of an adapter: something of the request can't be read. */
    private record Failing(String host, String broken) implements PlainGet {
        @Override
        public @Nullable String header(String name) {
            if (broken.equals("header")) {
                throw new IllegalStateException("bug");
            }
            return null;
        }

        /** Asked for when a copy is made. */
        @Override
        public boolean replayable() {
            if (broken.equals("body")) {
                throw new IllegalStateException("bug");
            }
            return true;
        }
    }
}
