package dev.weft.proxy.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.client.identity.PemCertificates;
import dev.weft.client.resource.SanMatch;
import dev.weft.engine.adapt.Peers;
import dev.weft.engine.snapshot.Match.StringMatch;
import dev.weft.proxy.Backend;
import dev.weft.proxy.Client;
import dev.weft.proxy.http1.Peer;
import dev.weft.proxy.tcp.Meshed;
import dev.weft.proxy.tcp.Tunnels;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** TLS that ends here, and certificates that are replaced while it is spoken. */
@ParameterizedClass
@EnumSource
class InboundTlsTest {
    private static final int PATIENCE_MILLIS = 60_000;
    private static final List<SanMatch> MESH =
            List.of(new SanMatch(6, new StringMatch.Prefix("spiffe://cluster.local/", false)));

    @TempDir
    Path folder;

    @Parameter
    private Speaker speaker;

    private final Meshed mesh = new Meshed();
    private final Tunnels tunnels = new Tunnels(5_000_000_000L, Long.MAX_VALUE, System::nanoTime);
    private final List<String> log = new ArrayList<>();
    private PemFiles own;
    private PemCertificates certificates;
    private Backend application;

    @BeforeEach
    void start() throws Exception {
        own = PemFiles.kept(folder, "order");
        certificates = speaker.certificates(Map.of("default", own.files()));
        application = new Backend(with -> {
            with.say("hello ");
            for (int octet = with.read(); octet >= 0; octet = with.read()) {
                with.say(String.valueOf((char) octet));
            }
        });
    }

    @AfterEach
    void end() throws IOException {
        mesh.close();
        application.close();
    }

    private InetSocketAddress listen(boolean mutual, String... protocols) throws IOException {
        return listen(mutual, false, protocols);
    }

    private InetSocketAddress listen(boolean mutual, boolean tunnel, String... protocols) throws IOException {
        InboundTls tls = new InboundTls(certificates, mutual, List.of(protocols), tunnel, 10_000_000_000L);
        return mesh.listen(channel -> tls.end(channel, () -> tunnels.lead(channel, application.address())));
    }

    private static SSLContext shows(PemFiles shown, PemFiles trusted) throws Exception {
        return new PemCertificates(
                        Map.of("own", shown.files(), "roots", new PemCertificates.Files(null, null, trusted.chain())))
                .context("own", "roots", List.of(), "");
    }

    private static SSLContext showsNothing(PemFiles trusted) throws Exception {
        return new PemCertificates(Map.of("roots", trusted.files())).context("", "roots", MESH, "");
    }

    private static SSLSocket connect(SSLContext context, InetSocketAddress to) throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(to.getAddress(), to.getPort());
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    private static String all(SSLSocket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    private static String read(SSLSocket socket, int octets) throws IOException {
        return new String(socket.getInputStream().readNBytes(octets), StandardCharsets.ISO_8859_1);
    }

    @Test
    void theApplicationGetsInTheClearWhatComesByTlsEndsIncluded() throws Exception {
        try (SSLSocket client = connect(showsNothing(own), listen(false, true))) {
            assertEquals("hello ", read(client, 6));
            client.getOutputStream().write("secret".getBytes(StandardCharsets.ISO_8859_1));
            client.shutdownOutput();
            assertEquals("secret", all(client));
        }
        assertEquals("secret", application.received());
    }

    @Test
    void theProtocolIsAgreedUpon() throws Exception {
        try (SSLSocket client = connect(showsNothing(own), listen(false, "http/1.1"))) {
            SSLParameters parameters = client.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
            client.setSSLParameters(parameters);
            client.startHandshake();
            assertEquals("http/1.1", client.getApplicationProtocol());
        }
    }

    @Test
    void whoSpeaksToWhomIsWhatTheCertificatesSay() throws Exception {
        String self = "spiffe://cluster.local/ns/default/sa/order";
        PemFiles front = PemFiles.kept(folder, "front");
        assertEquals(new Peers(Peers.Security.NONE, "", self), peers(false, showsNothing(own)));
        certificates = speaker.certificates(
                Map.of("default", new PemCertificates.Files(own.key(), own.chain(), front.chain())));
        assertEquals(
                new Peers(Peers.Security.MUTUAL_TLS, "spiffe://cluster.local/ns/default/sa/front", self),
                peers(true, shows(front, own)));
    }

    private Peers peers(boolean mutual, SSLContext context) throws Exception {
        var told = new CompletableFuture<Peers>();
        InboundTls tls = new InboundTls(certificates, mutual, List.of(), false, 10_000_000_000L);
        InetSocketAddress address = mesh.listen(channel -> tls.end(channel, () -> {
            told.complete(new Peer(channel).peers());
            tunnels.lead(channel, application.address());
        }));
        try (SSLSocket client = connect(context, address)) {
            assertEquals("hello ", read(client, 6));
        }
        return told.get(1, TimeUnit.MINUTES);
    }

    @Test
    void whoHasToShowACertificateIsServedWithOneAlone() throws Exception {
        InetSocketAddress address = listen(true);
        try (SSLSocket client = connect(shows(own, own), address)) {
            assertEquals("hello ", read(client, 6));
        }
        PemFiles stranger = PemFiles.kept(folder, "stranger");
        for (SSLContext context : List.of(showsNothing(own), shows(stranger, own))) {
            try (SSLSocket client = connect(context, address)) {
                assertThrows(IOException.class, () -> {
                    client.getOutputStream().write('x');
                    client.getOutputStream().flush();
                    if (client.getInputStream().read() < 0) {
                        throw new IOException("closed");
                    }
                });
            }
        }
        assertEquals(1, application.connections());
    }

    @Test
    void whoSpeaksInTheClearIsNotServed() throws Exception {
        try (Client client = new Client(listen(false))) {
            String rest = client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").rest();
            assertTrue(!rest.contains("hello"), rest);
        }
        assertEquals(0, application.connections());
    }

    @Test
    void aCertificateThatIsReplacedIsShownFromThenOn() throws Exception {
        InetSocketAddress address = listen(false);
        CertificateWatch watch = new CertificateWatch(certificates, own.files(), log::add, log::add);
        try (SSLSocket before = connect(showsNothing(own), address)) {
            assertEquals("hello ", read(before, 6));
            PemFiles next = PemFiles.kept(folder, "next");
            put(next.key(), own.key(), 1);
            watch.look();
            watch.look(); // it stands still, and is the key of another certificate
            assertEquals(1, log.size(), log.toString());
            assertTrue(log.get(0).contains("is not the key of"), log.toString());
            try (SSLSocket client = connect(showsNothing(own), address)) {
                assertEquals("hello ", read(client, 6));
                assertEquals("CN=order", shown(client));
            }
            log.clear();
            put(next.chain(), own.chain(), 2);
            watch.look();
            assertEquals(List.of(), log, "it may still be being written");
            watch.look();
            assertEquals(List.of("tls: the certificates are in use as they are now"), log);
            try (SSLSocket client = connect(showsNothing(next), address)) {
                assertEquals("hello ", read(client, 6));
                assertEquals("CN=next", shown(client));
            }
            before.getOutputStream().write('x');
            assertEquals("x", read(before, 1));
        }
        watch.close();
    }

    private static String shown(SSLSocket client) throws IOException {
        return ((X509Certificate) client.getSession().getPeerCertificates()[0])
                .getSubjectX500Principal()
                .getName();
    }

    private static void put(Path from, Path to, int second) throws IOException {
        Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
        Files.setLastModifiedTime(to, FileTime.fromMillis(1_000_000_000_000L + second * 1000L));
    }

    @Test
    void withoutCertificatesNothingStarts() {
        PemCertificates none = new PemCertificates(Map.of("default", new PemCertificates.Files(null, null, null)));
        IOException why =
                assertThrows(IOException.class, () -> new InboundTls(none, false, List.of(), true, 1_000_000_000L));
        assertEquals("inbound.tls: no certificate of our own is configured for 'default'", why.getMessage());
    }
}
