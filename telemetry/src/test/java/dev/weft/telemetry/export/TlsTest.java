package dev.weft.telemetry.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A collector whose certificate is for {@code localhost}, by an authority that nobody else knows. */
class TlsTest {
    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    static Path directory;

    private final Wiring wiring = new Wiring();
    private static HttpsServer server;

    @BeforeAll
    static void start() throws Exception {
        Path keys = directory.resolve("keys.p12");
        keytool(
                "-genkeypair",
                "-alias",
                "a",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost",
                keys);
        keytool("-exportcert", "-rfc", "-alias", "a", "-file", authorities().toString(), keys);
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keys)) {
            store.load(in, PASSWORD);
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), null, null);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(202, -1);
            exchange.close();
        });
        server.start();
    }

    @AfterAll
    static void stop() {
        server.stop(0);
    }

    @AfterEach
    void end() {
        wiring.close();
    }

    private static Path authorities() {
        return directory.resolve("ca.pem");
    }

    /** The last argument is the store that it works on. */
    private static void keytool(Object... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of("-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC"));
        for (int i = 0; i < arguments.length - 1; i++) {
            command.add(arguments[i].toString());
        }
        Object store = arguments[arguments.length - 1];
        command.addAll(List.of("-keystore", store.toString(), "-storetype", "PKCS12", "-storepass", "changeit"));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        byte[] said = process.getInputStream().readAllBytes();
        assertEquals(0, process.waitFor(), () -> new String(said, StandardCharsets.UTF_8));
    }

    private int send(String host, @Nullable Path authorities) throws IOException {
        URI url = URI.create("https://" + host + ":" + server.getAddress().getPort() + "/x");
        Target target = new Target(url, Map.of(), false, Wiring.ENOUGH, authorities);
        return new HttpPost(target, wiring.means.timer())
                .send("text/plain", new byte[] {1})
                .status();
    }

    @Test
    void whoIsVouchedForGetsWhatIsSent() throws IOException {
        assertEquals(202, send("localhost", authorities()));
    }

    @Test
    void whoIsNotVouchedForGetsNothing() {
        assertThrows(SSLHandshakeException.class, () -> send("localhost", null));
    }

    @Test
    void aCertificateForAnotherNameIsRefused() {
        assertThrows(SSLHandshakeException.class, () -> send("127.0.0.1", authorities()));
    }

    @Test
    void authoritiesThatCanNotBeReadAreAFailureAndNotTrust() {
        assertThrows(IOException.class, () -> send("localhost", directory.resolve("absent.pem")));
    }
}
