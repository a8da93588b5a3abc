package dev.weft.client.warm;

import static dev.weft.client.warm.Conversation.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Message;
import dev.weft.client.Xds;
import dev.weft.client.bootstrap.Profile;
import dev.weft.client.resource.CertificateSource;
import dev.weft.engine.call.Answer;
import dev.weft.engine.snapshot.Transport;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateProviderPluginInstance;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;

/** A cluster that is to be secured, at a client that has no certificates: refused, and not called in the clear. */
final class ShutTest {
    private static final String CLUSTER = Xds.cluster("order");

    private Conversation c = new Conversation();

    private static Message secured() {
        var instance = CertificateProviderPluginInstance.newBuilder().setInstanceName("default");
        var context = UpstreamTlsContext.newBuilder()
                .setCommonTlsContext(CommonTlsContext.newBuilder()
                        .setTlsCertificateProviderInstance(instance)
                        .setValidationContext(
                                CertificateValidationContext.newBuilder().setCaCertificateProviderInstance(instance)))
                .build();
        return Cluster.newBuilder(Xds.eds(CLUSTER))
                .setTransportSocket(TransportSocket.newBuilder().setName("tls").setTypedConfig(Xds.any(context)))
                .build();
    }

    private static Transport transport(Conversation of) {
        var live = of.last().clusters().get(CLUSTER);
        return live == null ? Transport.PLAINTEXT : live.transport();
    }

    private void refused() {
        c.pass(2 * SECOND);
        var nacks = c.take(Xds.CDS).stream().filter(r -> r.hasErrorDetail()).toList();
        assertEquals(1, nacks.size());
        String told = nacks.get(0).getErrorDetail().getMessage();
        assertTrue(told.contains("no certificates are configured"), told);
        assertTrue(
                String.valueOf(c.refused().get(CLUSTER)).contains("no certificates"),
                c.refused().toString());
    }

    @Test
    void whatWentInTheClearIsShutUntilTheControlPlaneWantsItSoAgain() {
        c.open().directory("order").warm("order", 80);
        assertSame(Transport.PLAINTEXT, transport(c));
        c.give(Xds.CDS, CLUSTER, "2", secured());
        assertInstanceOf(Transport.Unavailable.class, transport(c));
        refused();
        assertEquals("1", c.core.status().resources().get("CLUSTER").get(CLUSTER), "what is acknowledged");
        c.give(Xds.EDS, CLUSTER, "2", Xds.endpoints(CLUSTER, 81));
        assertEquals(List.of(81), c.ports(CLUSTER));
        assertInstanceOf(Transport.Unavailable.class, transport(c), "its endpoints change");
        c.give(Xds.CDS, CLUSTER, "3", Xds.eds(CLUSTER));
        assertSame(Transport.PLAINTEXT, transport(c));
    }

    @Test
    void whatWasNeverSeenBeforeIsShutToo() {
        c.open().directory("order");
        var waiting = c.ask("order");
        c.run();
        c.give(Xds.LDS, Xds.host("order"), "1", Xds.listener(Xds.host("order"), CLUSTER));
        c.give(Xds.RDS, CLUSTER, "1", Xds.routes("order", CLUSTER));
        c.give(Xds.CDS, CLUSTER, "1", secured());
        c.give(Xds.EDS, CLUSTER, "1", Xds.endpoints(CLUSTER, 80));
        assertSame(Answer.READY, waiting.get());
        assertInstanceOf(Transport.Unavailable.class, transport(c));
        refused();
    }

    /** Whether the certificates are there, and how often that was asked. */
    private final AtomicBoolean there = new AtomicBoolean();

    private final AtomicInteger asked = new AtomicInteger();

    private Conversation with(boolean mayCome) {
        return new Conversation(Profile.WEFT, Map.of(), (identity, roots, expected, serverName) -> {
            asked.incrementAndGet();
            try {
                if (there.get()) {
                    return SSLContext.getDefault();
                }
            } catch (NoSuchAlgorithmException e) {
                throw new AssertionError(e);
            }
            throw new CertificateSource.Unavailable("no certificates are configured", mayCome);
        });
    }

    @Test
    void itOpensWhenItsCertificatesAreThereAndTheControlPlaneHearsOfIt() {
        c = with(true);
        c.open().directory("order").warm("order", 80);
        c.give(Xds.CDS, CLUSTER, "2", secured());
        refused();
        c.pass(60 * SECOND);
        assertInstanceOf(Transport.Unavailable.class, transport(c));
        assertEquals(1, c.log.stream().filter(line -> line.contains("refused")).count(), c.log.toString());
        c.take(Xds.CDS);
        there.set(true);
        c.pass(6 * SECOND);
        assertInstanceOf(Transport.Tls.class, transport(c));
        assertEquals(Map.of(), c.refused());
        assertEquals(
                List.of(CLUSTER),
                c.take(Xds.CDS).stream()
                        .flatMap(request -> request.getResourceNamesSubscribeList().stream())
                        .toList());
        int before = asked.get();
        c.give(Xds.CDS, CLUSTER, "2", secured());
        var answers = c.take(Xds.CDS);
        assertEquals(1, answers.size());
        assertFalse(answers.get(0).hasErrorDetail(), "it is acknowledged now");
        c.pass(60 * SECOND);
        assertEquals(before, asked.get(), "nobody looks any more");
        c.close().open();
        assertEquals("2", c.take(Xds.CDS).get(0).getInitialResourceVersionsMap().get(CLUSTER));
    }

    @Test
    void itOpensAfterARestartWithoutControlPlaneToo() {
        c.open().directory("order").warm("order", 80);
        c.pass(10 * SECOND);
        c.give(Xds.CDS, CLUSTER, "2", secured());
        c.pass(10 * SECOND);
        var second = with(true);
        second.core.restore(Objects.requireNonNull(c.saved), second.now);
        second.run().close();
        there.set(true);
        second.pass(6 * SECOND);
        assertInstanceOf(Transport.Tls.class, transport(second));
    }

    @Test
    void aStreamThatBringsItAnewOpensItAtOnce() {
        c = with(true);
        c.open().directory("order").warm("order", 80);
        c.give(Xds.CDS, CLUSTER, "2", secured());
        there.set(true);
        c.give(Xds.CDS, CLUSTER, "2", secured());
        assertInstanceOf(Transport.Tls.class, transport(c));
    }

    @Test
    void whatCanNeverComeIsNotLookedFor() {
        c = with(false);
        c.open().directory("order").warm("order", 80);
        c.give(Xds.CDS, CLUSTER, "2", secured());
        c.pass(60 * SECOND);
        assertEquals(1, asked.get());
    }

    @Test
    void itStaysShutOverARestartWithoutControlPlane() {
        c.open().directory("order").warm("order", 80);
        c.pass(10 * SECOND);
        c.give(Xds.CDS, CLUSTER, "2", secured());
        c.pass(10 * SECOND);
        var second = new Conversation();
        second.core.restore(Objects.requireNonNull(c.saved), second.now);
        second.run().close();
        assertEquals(List.of(80), second.ports(CLUSTER));
        assertInstanceOf(Transport.Unavailable.class, transport(second));
    }
}
