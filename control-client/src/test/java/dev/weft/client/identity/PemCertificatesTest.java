package dev.weft.client.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.client.resource.CertificateSource;
import dev.weft.client.resource.SanMatch;
import dev.weft.engine.snapshot.Match.StringMatch;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
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
        var context = certificates.context("default", "default", EXPECTED);
        assertEquals("CN=order", handshake(context, context));
        var split = certificates.context("own", "roots", EXPECTED);
        assertEquals("CN=order", handshake(split, split));
    }

    @Test
    void anInstanceWithoutWhatIsAskedOfItSaysSo() {
        reason("roots", "no certificate of our own is configured for 'roots'");
        reason("own", "no authorities are configured for 'own'");
    }

    @Test
    void aPeerWithAnotherNameIsRefusedAlthoughItsChainIsGood() throws Exception {
        var server = certificates.context("default", "default", List.of());
        var client = certificates.context(
                "default", "default", List.of(new SanMatch(6, new StringMatch.Prefix("spiffe://other/", false))));
        var refused = assertThrows(SSLException.class, () -> handshake(server, client));
        assertTrue(String.valueOf(refused.getMessage()).contains("expected names"), refused.getMessage());
    }

    @Test
    void whatIsNotConfiguredOrDamagedIsUnavailableWithTheReason() throws Exception {
        reason("other", "no certificates are configured for 'other'");
        Files.writeString(directory.resolve("order-key.pem"), "-----BEGIN EC PRIVATE KEY-----\n");
        reason("default", "PKCS #8");
        Files.delete(directory.resolve("order-key.pem"));
        reason("default", "order-key.pem");
    }

    private void reason(String instance, String words) {
        var why = assertThrows(
                CertificateSource.Unavailable.class, () -> certificates.context(instance, instance, EXPECTED));
        assertTrue(String.valueOf(why.getMessage()).contains(words), why.getMessage());
    }
}
