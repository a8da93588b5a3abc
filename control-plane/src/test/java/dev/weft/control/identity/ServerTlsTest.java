package dev.weft.control.identity;

import static dev.weft.control.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.control.ControlPlane;
import dev.weft.control.Options;
import dev.weft.control.ScriptedClient;
import dev.weft.control.http.Exchange;
import dev.weft.control.http.Handler;
import dev.weft.control.http.HttpLimits;
import dev.weft.control.http.HttpServer;
import dev.weft.control.http.Request;
import dev.weft.control.http.Response;
import dev.weft.control.log.CapturedLog;
import dev.weft.control.queue.ManualQueue;
import dev.weft.control.store.Types;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerTlsTest {
    private static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    @TempDir
    static Path certificates;

    private static TestCertificate server;
    private static TestCertificate agent;

    /** Of an account, and of the host of its service. */
    private static TestCertificate order;

    @TempDir
    Path temp;

    private final CapturedLog log = new CapturedLog();
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    @BeforeAll
    static void make() throws Exception {
        server = TestCertificate.make(certificates, "server", "ip:127.0.0.1,dns:localhost");
        agent = TestCertificate.make(certificates, "agent", "ip:127.0.0.1,dns:localhost");
        order = TestCertificate.make(
                certificates, "order", "uri:spiffe://mesh/ns/shop/sa/order,dns:order.shop.svc.cluster.local");
    }

    private ControlPlane controlPlane(@Nullable Path clientAuthorities, boolean isRequired) throws IOException {
        return controlPlane(clientAuthorities, isRequired, Admission.NAMESPACE);
    }

    private ControlPlane controlPlane(@Nullable Path clientAuthorities, boolean isRequired, Admission admission)
            throws IOException {
        return ControlPlane.start(new Options(
                Files.createDirectories(temp.resolve("rules")),
                ANY,
                ANY,
                null,
                Options.DEFAULT_DOMAIN,
                null,
                new PrintStream(said, true, StandardCharsets.UTF_8),
                false,
                new TlsFiles(server.chain(), server.key(), clientAuthorities, isRequired),
                null,
                null,
                admission));
    }

    private static ScriptedClient client(InetSocketAddress to, Path authorities, @Nullable TestCertificate own)
            throws IOException {
        SslContextBuilder tls = SslContextBuilder.forClient().trustManager(authorities.toFile());
        if (own != null) {
            tls.keyManager(own.chain().toFile(), own.key().toFile());
        }
        return new ScriptedClient(
                NettyChannelBuilder.forAddress(to)
                        .sslContext(
                                GrpcSslContexts.configure(tls, SslProvider.JDK).build())
                        .build(),
                Integer.MAX_VALUE);
    }

    private static boolean isServed(ScriptedClient client) {
        try (client) {
            client.subscribe(Types.CLUSTER, "nobody");
            eventually("an answer or an end", () -> client.arrived() > 0 || !client.isOpen());
            return client.isOpen();
        }
    }

    /** What it shows, and the first line that it answers. */
    private record Shown(X509Certificate certificate, String answer) {}

    private static Shown ask(InetSocketAddress to, Path authorities) throws Exception {
        return ask(to, authorities, "localhost");
    }

    private static Shown ask(InetSocketAddress to, Path authorities, String host) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream in = Files.newInputStream(authorities)) {
            store.setCertificateEntry(
                    "a", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(to.getAddress(), to.getPort())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream()
                    .write(("GET /healthz HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Shown((X509Certificate) socket.getSession().getPeerCertificates()[0], answer.split("\r\n")[0]);
        }
    }

    @Test
    void theRestApiIsAskedByTheNamesOfItsCertificateAndByThoseThatItWasGiven() throws Exception {
        Options options = new Options(
                Files.createDirectories(temp.resolve("rules")),
                ANY,
                ANY,
                null,
                Options.DEFAULT_DOMAIN,
                null,
                new PrintStream(said, true, StandardCharsets.UTF_8),
                false,
                new TlsFiles(order.chain(), order.key(), null, false),
                null,
                null,
                Admission.NAMESPACE,
                List.of("weft.example.com"));
        try (ControlPlane controlPlane = ControlPlane.start(options)) {
            for (String host : List.of("order.shop.svc.cluster.local:15014", "weft.example.com", "127.0.0.1")) {
                assertEquals(
                        "HTTP/1.1 200 OK",
                        ask(controlPlane.rest(), order.chain(), host).answer(),
                        host);
            }
            String other =
                    ask(controlPlane.rest(), order.chain(), "evil.example.com").answer();
            assertTrue(other.startsWith("HTTP/1.1 421 "), other);
        }
    }

    @Test
    void bothListenersSpeakTlsAndNothingElse() throws Exception {
        try (ControlPlane controlPlane = controlPlane(null, false)) {
            assertTrue(isServed(client(controlPlane.xds(), server.chain(), null)));
            assertTrue(!isServed(client(controlPlane.xds(), agent.chain(), null)), "its certificate is verified");
            assertTrue(!isServed(new ScriptedClient(controlPlane.xds())), "plaintext");
            assertEquals(
                    "HTTP/1.1 200 OK", ask(controlPlane.rest(), server.chain()).answer());
            assertTrue(said.toString(StandardCharsets.UTF_8).contains("rest https://127.0.0.1:"), said::toString);
        }
    }

    @Test
    void anAgentWithoutACertificateIsTurnedAwayWhereItIsRequired() throws Exception {
        try (ControlPlane controlPlane = controlPlane(agent.chain(), true)) {
            assertTrue(isServed(client(controlPlane.xds(), server.chain(), agent)));
            assertTrue(!isServed(client(controlPlane.xds(), server.chain(), null)));
            assertTrue(!isServed(client(controlPlane.xds(), server.chain(), server)), "nobody vouches for that one");
            assertEquals(
                    "HTTP/1.1 200 OK", ask(controlPlane.rest(), server.chain()).answer(), "there a token counts");
        }
    }

    @Test
    void aCertificateIsOptionalWhereTheOperatorSaysSo() throws Exception {
        try (ControlPlane controlPlane = controlPlane(agent.chain(), false)) {
            assertTrue(isServed(client(controlPlane.xds(), server.chain(), agent)));
            assertTrue(isServed(client(controlPlane.xds(), server.chain(), null)));
        }
    }

    /** What becomes of the registration of {@code order:8080} in a namespace: empty for nothing bad. */
    private static String refusal(ScriptedClient client, String namespace) {
        try (client) {
            client.hello(
                    ScriptedClient.node("order", namespace, "10.0.0.1", Map.of()), Types.REGISTRATION, "order:8080");
            DeltaDiscoveryResponse response =
                    client.await(answer -> answer.getTypeUrl().equals(Types.REGISTRATION));
            return response.getResourceErrorsCount() == 0
                    ? ""
                    : response.getResourceErrors(0).getErrorDetail().getMessage();
        }
    }

    @Test
    void aCertificateOfAnotherNamespaceRegistersNothingHere() throws Exception {
        try (ControlPlane controlPlane = controlPlane(order.chain(), false)) {
            assertEquals("", refusal(client(controlPlane.xds(), server.chain(), order), "shop"));
            assertEquals(
                    "a certificate of order.shop.svc.cluster.local, shop/order is not for namespace default",
                    refusal(client(controlPlane.xds(), server.chain(), order), "default"));
            assertEquals("", refusal(client(controlPlane.xds(), server.chain(), null), "default"), "it shows none");
        }
    }

    @Test
    void nobodyRegistersWithoutTheServicesCertificateWhereTheOperatorSaysSo() throws Exception {
        try (ControlPlane controlPlane = controlPlane(order.chain(), false, Admission.SERVICE)) {
            assertEquals("", refusal(client(controlPlane.xds(), server.chain(), order), "shop"));
            assertEquals(
                    "a certificate of order.shop.svc.cluster.local, shop/order was shown: order.default.svc.cluster.local"
                            + " takes one of account default/order or of that host",
                    refusal(client(controlPlane.xds(), server.chain(), order), "default"));
            assertEquals(
                    "no certificate was shown: order.shop.svc.cluster.local takes one of account shop/order or of that host",
                    refusal(client(controlPlane.xds(), server.chain(), null), "shop"));
        }
    }

    @Test
    void aCertificateThatIsReplacedCountsForNewConnectionsOnceItIsWhole() throws Exception {
        Path chain = Files.copy(server.chain(), temp.resolve("chain.pem"));
        Path key = Files.copy(server.key(), temp.resolve("key.pem"));
        ManualQueue disk = new ManualQueue();
        try (ServerTls tls = new ServerTls(new TlsFiles(chain, key, null, false), disk, log.log());
                HttpServer http = new HttpServer(
                        ANY, HttpLimits.DEFAULT, new Refusing(), System::nanoTime, tls.rest(), log.log())) {
            http.start();
            assertEquals("CN=server", subject(http, server));

            replace(agent.chain(), chain, 1);
            disk.pass(Duration.ofMillis(1_500));
            assertEquals("CN=server", subject(http, server), "it was replaced just now, its key may be on its way");
            replace(agent.key(), key, 2);
            disk.pass(Duration.ofSeconds(1));
            assertEquals("CN=server", subject(http, server));
            disk.pass(Duration.ofSeconds(1));
            assertEquals("CN=agent", subject(http, agent));

            Files.writeString(key, "nothing");
            disk.pass(Duration.ofSeconds(2));
            assertEquals("CN=agent", subject(http, agent));
            assertTrue(log.text().contains("tls: what was read before stays in use: certificate " + chain), log.text());
        }
    }

    private static final class Refusing implements Handler {
        @Override
        public Response admit(Request head) {
            return Response.problem(404, "there is nothing here");
        }

        @Override
        public void handle(Request request, Exchange exchange) {
            throw new IllegalStateException("a request was admitted");
        }
    }

    private static void replace(Path by, Path file, int age) throws IOException {
        Files.copy(by, file, StandardCopyOption.REPLACE_EXISTING);
        Files.setLastModifiedTime(file, FileTime.fromMillis(age * 1_000L));
    }

    private static String subject(HttpServer http, TestCertificate trusted) throws Exception {
        return ask(http.address(), trusted.chain())
                .certificate()
                .getSubjectX500Principal()
                .getName();
    }

    @Test
    void itDoesNotStartWithoutItsCertificate() {
        TlsFiles files = new TlsFiles(temp.resolve("none.pem"), server.key(), null, false);
        IOException refused = assertThrows(IOException.class, () -> new ServerTls(files, new ManualQueue(), log.log()));
        assertTrue(refused.getMessage().contains("none.pem with key"), refused.getMessage());
    }
}
