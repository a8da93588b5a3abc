package dev.weft.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.client.bootstrap.Profile;
import dev.weft.client.bootstrap.Server;
import dev.weft.client.bootstrap.Servers;
import dev.weft.client.bootstrap.Target;
import dev.weft.client.identity.ChannelTls;
import dev.weft.client.identity.TestCertificate;
import dev.weft.engine.call.Answer;
import dev.weft.engine.snapshot.Directory.State;
import io.grpc.Status;
import io.grpc.netty.GrpcSslContexts;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Connections to a control plane that are secured, over real sockets. */
@Timeout(180)
final class ControlPlaneTlsTest {
    @TempDir
    Path files;

    private static SslContext serving(TestCertificate own, @Nullable Path clients) throws Exception {
        var builder = GrpcSslContexts.configure(
                GrpcSslContexts.forServer(own.chain().toFile(), own.key().toFile()), SslProvider.JDK);
        if (clients != null) {
            builder.trustManager(clients.toFile()).clientAuth(ClientAuth.REQUIRE);
        }
        return builder.build();
    }

    private static ScriptedServer server(int port, SslContext tls) throws Exception {
        var server = new ScriptedServer(port, tls);
        server.put(Xds.DIRECTORY, "default", Xds.directory("order"));
        server.service("order", 8081);
        return server;
    }

    private static Running client(int port, ChannelTls tls, @Nullable Path token) {
        return new Running(
                Servers.of(new Server(new Target.Tcp("127.0.0.1", port), tls, token, Set.of())), Profile.WEFT);
    }

    private static void refused(Running client, String words) throws Exception {
        Until.holds("directory failed", () -> client.last().directory().state() == State.FAILED);
        assertTrue(client.said(words), client.log.toString());
    }

    @Test
    void aServerWhoseCertificateIsForItsAddressAndOfATrustedAuthorityIsTalkedTo() throws Exception {
        var own = TestCertificate.make(files, "server", "ip:127.0.0.1");
        try (var server = server(0, serving(own, null));
                var client = client(server.port(), new ChannelTls(own.chain(), null, null, null), null)) {
            assertSame(Answer.READY, client.ask("order"));
            assertEquals(List.of(8081), client.ports(Xds.cluster("order")));
        }
    }

    @Test
    void aServerThatNobodyVouchesForIsRefused() throws Exception {
        var own = TestCertificate.make(files, "server", "ip:127.0.0.1");
        var other = TestCertificate.make(files, "other", "ip:127.0.0.1");
        try (var server = server(0, serving(own, null));
                var client = client(server.port(), new ChannelTls(other.chain(), null, null, null), null)) {
            refused(client, "certif");
            assertEquals(0, server.streams());
        }
        try (var server = server(0, serving(own, null));
                var client = client(server.port(), new ChannelTls(null, null, null, null), null)) {
            refused(client, "certif");
        }
    }

    @Test
    void aCertificateForAnotherNameIsRefusedUnlessThatNameIsExpected() throws Exception {
        var own = TestCertificate.make(files, "server", "dns:istiod.istio-system.svc");
        try (var server = server(0, serving(own, null))) {
            try (var client = client(server.port(), new ChannelTls(own.chain(), null, null, null), null)) {
                refused(client, "127.0.0.1");
                assertEquals(0, server.streams());
            }
            try (var client =
                    client(server.port(), new ChannelTls(own.chain(), null, null, "istiod.istio-system.svc"), null)) {
                assertSame(Answer.READY, client.ask("order"));
            }
        }
    }

    @Test
    void aServerThatWantsACertificateGetsOurs() throws Exception {
        var own = TestCertificate.make(files, "server", "ip:127.0.0.1");
        var shop = TestCertificate.make(files, "shop", "uri:spiffe://cluster.local/ns/default/sa/shop");
        try (var server = server(0, serving(own, shop.chain()))) {
            try (var client =
                    client(server.port(), new ChannelTls(own.chain(), shop.chain(), shop.key(), null), null)) {
                assertSame(Answer.READY, client.ask("order"));
            }
            try (var client = client(server.port(), new ChannelTls(own.chain(), null, null, null), null)) {
                Until.holds("directory failed", () -> client.last().directory().state() == State.FAILED);
            }
        }
    }

    @Test
    void rotatedFilesAreTakenUpByTheNextConnection() throws Exception {
        var first = TestCertificate.make(files, "first", "ip:127.0.0.1");
        var second = TestCertificate.make(files, "second", "ip:127.0.0.1");
        var trusted = Files.copy(first.chain(), files.resolve("ca.pem"));
        int port;
        try (var server = server(0, serving(first, null))) {
            port = server.port();
            try (var client = client(port, new ChannelTls(trusted, null, null, null), null)) {
                assertSame(Answer.READY, client.ask("order"));
                server.close();
                Files.copy(second.chain(), trusted, StandardCopyOption.REPLACE_EXISTING);
                try (var rotated = new ScriptedServer(port, serving(second, null))) {
                    rotated.put(Xds.DIRECTORY, "default", Xds.directory("order"));
                    rotated.service("order", 8082);
                    client.soon(
                            "the new server is heard",
                            () -> client.ports(Xds.cluster("order")).equals(List.of(8082)));
                    Files.writeString(trusted, "half a file");
                    rotated.cutStreams();
                    rotated.service("order", 8083);
                    client.soon(
                            "the last good authorities serve",
                            () -> client.ports(Xds.cluster("order")).equals(List.of(8083)));
                    assertTrue(client.said("the former ones are used"), client.log.toString());
                }
            }
        }
    }

    @Test
    void aTokenIsReadAnewForEachStreamAndSentAsABearer() throws Exception {
        var own = TestCertificate.make(files, "server", "ip:127.0.0.1");
        var token = Files.writeString(files.resolve("token"), "one\n");
        try (var server = server(0, serving(own, null));
                var client = client(server.port(), new ChannelTls(own.chain(), null, null, null), token)) {
            assertSame(Answer.READY, client.ask("order"));
            Files.writeString(token, "two");
            server.cutStreams();
            client.soon("second stream", () -> server.tokens().size() == 2);
            assertEquals(List.of("Bearer one", "Bearer two"), server.tokens());
        }
    }

    @Test
    void aTokenThatIsNotAcceptedIsReadAnewForTheNextTry() throws Exception {
        var own = TestCertificate.make(files, "server", "ip:127.0.0.1");
        var token = Files.writeString(files.resolve("token"), "one");
        try (var server = server(0, serving(own, null))) {
            server.refuse(Status.UNAUTHENTICATED.withDescription("the token has expired"));
            try (var client = client(server.port(), new ChannelTls(own.chain(), null, null, null), token)) {
                refused(client, "UNAUTHENTICATED: the token has expired");
                Files.writeString(token, "two");
                server.refuse(null);
                client.soon("directory known", () -> client.last().directory().state() == State.KNOWN);
                var tokens = server.tokens();
                assertEquals("Bearer one", tokens.get(0));
                assertEquals("Bearer two", tokens.get(tokens.size() - 1));
                assertTrue(tokens.size() < 10, tokens.toString());
            }
        }
    }

    @Test
    void aTokenIsNeverSentInTheClear() {
        var error = assertThrows(
                IllegalArgumentException.class,
                () -> new Server(new Target.Tcp("a", 1), null, files.resolve("token"), Set.of()));
        assertTrue(String.valueOf(error.getMessage()).contains("never sent without TLS"));
    }

    @Test
    void filesThatAreNotThereAreSaidAndLookedForAgain() throws Exception {
        var own = TestCertificate.make(files, "server", "ip:127.0.0.1");
        var trusted = files.resolve("ca.pem");
        try (var server = server(0, serving(own, null));
                var client = client(server.port(), new ChannelTls(trusted, null, null, null), null)) {
            refused(client, "ca.pem");
            Files.copy(own.chain(), trusted);
            client.soon("directory known", () -> client.last().directory().state() == State.KNOWN);
        }
    }
}
