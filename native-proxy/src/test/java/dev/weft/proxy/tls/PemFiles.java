package dev.weft.proxy.tls;

import dev.weft.client.identity.PemCertificates;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A self-signed certificate with its key, as PEM files. */
public record PemFiles(Path key, Path chain) {
    private static final char[] PASSWORD = "changeit".toCharArray();

    /** By its name, what keytool made: to start it takes longer than most of what is done with that. */
    private static final Map<String, KeyStore> MADE = new ConcurrentHashMap<>();

    public static PemFiles make(Path folder, String name)
            throws IOException, GeneralSecurityException, InterruptedException {
        return written(generate(folder.resolve(name + ".p12"), name), folder, name);
    }

    /** The same for a name each time, for tests that don't compare it with another one of that name. */
    static PemFiles kept(Path folder, String name) throws IOException, GeneralSecurityException, InterruptedException {
        KeyStore keys = MADE.get(name);
        if (keys == null) {
            keys = generate(folder.resolve(name + ".p12"), name);
            MADE.put(name, keys);
        }
        return written(keys, folder, name);
    }

    private static PemFiles written(KeyStore keys, Path folder, String name)
            throws IOException, GeneralSecurityException {
        return new PemFiles(
                pem(
                        folder.resolve(name + "-key.pem"),
                        "PRIVATE KEY",
                        keys.getKey("test", PASSWORD).getEncoded()),
                pem(
                        folder.resolve(name + ".pem"),
                        "CERTIFICATE",
                        keys.getCertificate("test").getEncoded()));
    }

    private static KeyStore generate(Path store, String name)
            throws IOException, GeneralSecurityException, InterruptedException {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-J-XX:TieredStopAtLevel=1",
                        "-J-XX:+UseSerialGC",
                        "-genkeypair",
                        "-alias",
                        "test",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "san=uri:spiffe://cluster.local/ns/default/sa/" + name + ",dns:" + name,
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        new String(PASSWORD)))
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("keytool: " + said);
        }
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        return keys;
    }

    private static Path pem(Path file, String what, byte[] der) throws IOException {
        String text = "-----BEGIN " + what + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + what + "-----\n";
        return Files.writeString(file, text);
    }

    /** Trusts itself. */
    public PemCertificates.Files files() {
        return new PemCertificates.Files(key, chain, chain);
    }
}
