package dev.weft.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server with a certificate for 127.0.0.1 that answers every connection in the same way. */
class TlsConnectionTest {
    private static final char[] SECRET = "secret".toCharArray();

    @TempDir
    static Path temp;

    private static SSLServerSocket server;

    @BeforeAll
    static void serve() throws Exception {
        Path store = temp.resolve("server.p12");
        keytool("-genkeypair", store, "-keyalg", "EC", "-dname", "CN=server", "-ext", "san=ip:127.0.0.1");
        keytool(
                "-exportcert",
                store,
                "-rfc",
                "-file",
                temp.resolve("server.pem").toString());
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(store)) {
            keys.load(in, SECRET);
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keys, SECRET);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), null, null);
        server = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 10, InetAddress.getByName("127.0.0.1"));
        Thread answering = new Thread(TlsConnectionTest::answer);
        answering.setDaemon(true);
        answering.start();
    }

    private static void keytool(String command, Path store, String... more) throws Exception {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-J-XX:TieredStopAtLevel=1",
                "-J-XX:+UseSerialGC",
                command,
                "-alias",
                "own",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                "secret"));
        line.addAll(List.of(more));
        Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
    }

    private static void answer() {
        while (!server.isClosed()) {
            try (var connection = server.accept()) {
                byte[] asked = new byte[4_096];
                if (connection.getInputStream().read(asked) > 0) {
                    connection
                            .getOutputStream()
                            .write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nwell"
                                    .getBytes(StandardCharsets.US_ASCII));
                }
            } catch (IOException refused) {
                // The client did not trust it, or the test is over.
            }
        }
    }

    @AfterAll
    static void end() throws IOException {
        server.close();
    }

    private Endpoint endpoint(String scheme, String host, @Nullable Path authorities) {
        return Endpoint.parse(scheme + host + ":" + server.getLocalPort(), authorities);
    }

    @Test
    void aServerThatIsVouchedForAnswers() throws IOException {
        Endpoint endpoint = endpoint("https://", "127.0.0.1", temp.resolve("server.pem"));
        assertEquals(new Endpoint.Reply(200, "well"), endpoint.get("/healthz", "*/*"));
        assertTrue(endpoint.shown().startsWith("https://127.0.0.1:"), endpoint.shown());
    }

    @Test
    void aServerThatNobodyVouchesForOrOfAnotherNameIsNotAsked() {
        Endpoint unknown = endpoint("https://", "127.0.0.1", null);
        assertThrows(Unreachable.class, () -> unknown.get("/healthz", "*/*"));
        Endpoint other = endpoint("https://", "localhost", temp.resolve("server.pem"));
        assertThrows(Unreachable.class, () -> other.get("/healthz", "*/*"));
    }

    @Test
    void authoritiesThatCantBeReadAreNamed() {
        Endpoint endpoint = endpoint("https://", "127.0.0.1", temp.resolve("none.pem"));
        IOException refused = assertThrows(IOException.class, () -> endpoint.get("/healthz", "*/*"));
        assertTrue(refused.getMessage().contains("none.pem"), refused.getMessage());
    }
}
