package dev.weft.contract;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Certificates for stories, each signed by itself and made by the JDK's keytool when first asked for. A
 * build keeps them: to make one takes longer than most stories.
 */
public final class Papers {
    /** For {@link Rig#NAME}. */
    public static final Papers SHOP = new Papers("shop", "dns:" + Rig.NAME);

    /** For a name that nobody calls. */
    public static final Papers STRANGER = new Papers("stranger", "dns:stranger.weft.test");

    /** Of a workload: a URI and no host name. */
    public static final Papers WORKLOAD = new Papers("workload", "uri:spiffe://weft.test/ns/default/sa/orders");

    public static final Papers CLIENT = new Papers("client", "uri:spiffe://weft.test/ns/default/sa/client");

    private static final Path KEPT = Path.of("target", "papers");
    private static final char[] PASSWORD = "changeit".toCharArray();

    private final String name;
    private final String alternative;
    private @Nullable KeyStore store;

    private Papers(String name, String alternative) {
        this.name = name;
        this.alternative = alternative;
    }

    /** A context that shows these papers, or none, and trusts those. */
    public static SSLContext context(@Nullable Papers own, Papers... trusted) {
        try {
            var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(own == null ? null : own.store(), PASSWORD);
            var context = SSLContext.getInstance("TLS");
            context.init(own == null ? null : keys.getKeyManagers(), new TrustManager[] {trust(trusted)}, null);
            return context;
        } catch (GeneralSecurityException | IOException failure) {
            throw new IllegalStateException("no papers", failure);
        }
    }

    /** Trusts those and nobody else. */
    public static X509TrustManager trust(Papers... trusted) {
        try {
            var anchors = KeyStore.getInstance("PKCS12");
            anchors.load(null, null);
            for (Papers papers : trusted) {
                anchors.setCertificateEntry(papers.name, papers.store().getCertificate("own"));
            }
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(anchors);
            return (X509TrustManager) trust.getTrustManagers()[0];
        } catch (GeneralSecurityException | IOException failure) {
            throw new IllegalStateException("no papers", failure);
        }
    }

    private synchronized KeyStore store() throws GeneralSecurityException, IOException {
        if (store == null) {
            Path file = Files.createDirectories(KEPT).resolve(name + ".p12");
            KeyStore kept = Files.exists(file) ? read(file) : null;
            store = kept == null ? made(file) : kept;
        }
        return store;
    }

    /** Null when its time will soon be over. */
    private static @Nullable KeyStore read(Path file) throws GeneralSecurityException, IOException {
        var read = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            read.load(in, PASSWORD);
        }
        var until = ((X509Certificate) read.getCertificate("own")).getNotAfter().toInstant();
        return until.isAfter(Instant.now().plus(Duration.ofDays(1))) ? read : null;
    }

    /** Other JVMs may be at the same: whoever comes last is found by those that follow. */
    private KeyStore made(Path file) throws GeneralSecurityException, IOException {
        Path folder = Files.createTempDirectory(KEPT, name);
        Path draft = folder.resolve("draft");
        try {
            generate(draft);
            KeyStore made = Objects.requireNonNull(read(draft));
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return made;
        } finally {
            Files.deleteIfExists(draft);
            Files.delete(folder);
        }
    }

    private void generate(Path file) throws IOException {
        var keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        var command = List.of(
                keytool,
                "-J-XX:TieredStopAtLevel=1",
                "-J-XX:+UseSerialGC",
                "-genkeypair",
                "-alias",
                "own",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-validity",
                "30",
                "-dname",
                "CN=" + name,
                "-ext",
                "san=" + alternative,
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                new String(PASSWORD));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            if (!process.waitFor(180, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException("keytool failed: "
                        + new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException(interrupted);
        } finally {
            process.destroy();
        }
    }
}
