package dev.weft.client.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.client.resource.CertificateSource;
import dev.weft.client.resource.SanMatch;
import dev.weft.engine.snapshot.Match.StringMatch;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
final class PemCertificatesTest {
    private static final String SPIFFE = "spiffe://cluster.local/ns/default/sa/order";
    private static final List<SanMatch> EXPECTED = List.of(new SanMatch(0, new StringMatch.Exact(SPIFFE, false)));

    @TempDir
    Path directory;

    private PemCertificates certificates = new PemCertificates(Map.of());

    /** One self-signed certificate plays the own one, the peer's and the authority. */
    @BeforeEach
    void makeCertificates() throws Exception {
        var own = TestCertificate.make(directory, "order", "uri:" + SPIFFE);
        certificates = new PemCertificates(Map.of(
                "default",
                new PemCertificates.Files(own.key(), own.chain(), own.chain()),
                "roots",
                new PemCertificates.Files(null, null, own.chain()),
                "own",
                new PemCertificates.Files(own.key(), own.chain(), null)));
    }

    private static String handshake(SSLContext server, SSLContext client) throws Exception {
        try (var listening = (SSLServerSocket)
                server.getServerSocketFactory().createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            listening.setNeedClientAuth(true);
            var seen = CompletableFuture.supplyAsync(() -> {
                try (var accepted = (SSLSocket) listening.accept()) {
                    accepted.getOutputStream().write(1);
                    return accepted.getSession().getPeerPrincipal().getName();
                } catch (IOException e) {
                    return "refused: " + e.getMessage();
                }
            });
            try (var socket = (SSLSocket)
                    client.getSocketFactory().createSocket(listening.getInetAddress(), listening.getLocalPort())) {
                socket.getInputStream().read();
            }
            return seen.get(120, TimeUnit.SECONDS);
        }
    }

    @Test
    void bothSidesShowTheirCertificatesAndCheckTheOther() throws Exception {
        var context = certificates.context("default", "default", EXPECTED, "");
        assertEquals("CN=order", handshake(context, context));
        var split = certificates.context("own", "roots", EXPECTED, "");
        assertEquals("CN=order", handshake(split, split));
    }

    @Test
    void anInstanceWithoutWhatIsAskedOfItSaysSo() {
        reason("roots", "no certificate of our own is configured for 'roots'", false);
        reason("own", "no authorities are configured for 'own'", false);
    }

    @Test
    void aPeerWithAnotherNameIsRefusedAlthoughItsChainIsGood() throws Exception {
        var server = certificates.context("default", "default", List.of(), "");
        var client = certificates.context(
                "default", "default", List.of(new SanMatch(6, new StringMatch.Prefix("spiffe://other/", false))), "");
        var refused = assertThrows(SSLException.class, () -> handshake(server, client));
        assertTrue(String.valueOf(refused.getMessage()).contains("expected names"), refused.getMessage());
    }

    /** Who calls whom, by contexts that expect no name; empty where it comes about, else why not. */
    private String call(String ownSan, String serverName, String peerSan) throws Exception {
        var own = TestCertificate.make(directory, "caller", ownSan);
        var peer = TestCertificate.make(directory, "peer", peerSan);
        var both = Files.writeString(
                directory.resolve("both.pem"), Files.readString(own.chain()) + Files.readString(peer.chain()));
        var all = new PemCertificates(Map.of(
                "caller",
                new PemCertificates.Files(own.key(), own.chain(), both),
                "peer",
                new PemCertificates.Files(peer.key(), peer.chain(), both)));
        try {
            assertEquals(
                    "CN=caller",
                    handshake(all.server("peer", "peer"), all.context("caller", "caller", List.of(), serverName)));
            return "";
        } catch (SSLException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** Why a peer with this name is none that is meant; empty where it is. */
    private String refusal(PeerNames names, String peerSan) throws Exception {
        var peer = TestCertificate.make(directory, "peer", peerSan);
        try {
            names.check(Pem.certificates(peer.chain()).get(0));
            return "";
        } catch (CertificateException e) {
            return String.valueOf(e.getMessage());
        }
    }

    @Test
    void whereNoNameIsExpectedThePeerIsOfOurTrustDomain() throws Exception {
        String own = "uri:spiffe://mesh.one/ns/shop/sa/cart";
        assertEquals("", call(own, "order", "uri:spiffe://Mesh.One/ns/default/sa/order"));
        String refused = call(own, "order", "uri:spiffe://mesh.two/ns/default/sa/order");
        assertTrue(refused.contains("is not of trust domain mesh.one"), refused);
        var names = new PeerNames(List.of(), () -> "mesh.one", "order");
        for (String other : List.of(
                "uri:spiffe://mesh.one.example/order",
                "uri:spiffe://mesh.one@example/order",
                "uri:spiffe:///order",
                "uri:https://mesh.one/order",
                "dns:order")) {
            String why = refusal(names, other);
            assertTrue(why.contains("is not of trust domain mesh.one"), other + ": " + why);
        }
    }

    @Test
    void whereWeAreOfNoTrustDomainThePeerHasTheNameThatItIsAskedForBy() throws Exception {
        assertEquals("", call("dns:cart", "order.example", "dns:Order.Example"));
        String refused = call("dns:cart", "", "dns:order.example");
        assertTrue(refused.contains("nothing says who the peer must be"), refused);
        var names = new PeerNames(List.of(), () -> null, "order.example");
        assertEquals("", refusal(names, "dns:*.example"));
        for (String other : List.of("dns:cart", "dns:*.order.example", "dns:*", "uri:spiffe://mesh.one/order")) {
            String why = refusal(names, other);
            assertTrue(why.contains("the peer is not order.example"), other + ": " + why);
        }
    }

    @Test
    void theTrustDomainIsThatOfTheCertificateThatIsShownNow() throws Exception {
        var own = TestCertificate.make(directory, "caller", "uri:spiffe://mesh.one/cart");
        var files = new PemCertificates.Files(own.key(), own.chain(), own.chain());
        var all = new PemCertificates(Map.of("default", files));
        var client = all.context("default", "default", List.of(), "");
        var server = all.server("default", "default");
        assertEquals("CN=caller", handshake(server, client));
        TestCertificate.make(directory, "caller", "uri:spiffe://mesh.two/cart");
        assertEquals(List.of(), all.refresh());
        assertEquals("CN=caller", handshake(server, client));
    }

    @Test
    void whatIsNotConfiguredOrDamagedIsUnavailableWithTheReason() throws Exception {
        reason("other", "no certificates are configured for 'other'", false);
        String key = Files.readString(directory.resolve("order-key.pem"));
        Files.writeString(directory.resolve("order-key.pem"), "-----BEGIN EC PRIVATE KEY-----\n");
        reason("default", "PKCS #8", true);
        Files.delete(directory.resolve("order-key.pem"));
        reason("default", "order-key.pem", true);
        Files.writeString(directory.resolve("order-key.pem"), key);
        assertNotNull(certificates.context("default", "default", EXPECTED, ""), "it has come");
    }

    private void reason(String instance, String words, boolean mayCome) {
        var why = assertThrows(
                CertificateSource.Unavailable.class, () -> certificates.context(instance, instance, EXPECTED, ""));
        assertTrue(String.valueOf(why.getMessage()).contains(words), why.getMessage());
        assertEquals(mayCome, why.mayCome(), words);
    }
}
