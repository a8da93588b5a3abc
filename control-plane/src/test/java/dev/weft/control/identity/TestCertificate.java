package dev.weft.control.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.FileInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A key and a self-signed certificate, which is its own authority, as PEM files. */
public record TestCertificate(Path key, Path chain) {
    /**
     * @param name of the files and of the subject
     * @param san subject alternative name as keytool takes it: {@code dns:...}, {@code ip:...}, {@code uri:...}
     */
    public static TestCertificate make(Path directory, String name, String san) throws Exception {
        var store = Files.createTempDirectory(directory, "store").resolve("store.p12");
        var keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        var process = new ProcessBuilder(List.of(
                        keytool,
                        "-J-XX:TieredStopAtLevel=1",
                        "-J-XX:+UseSerialGC",
                        "-genkeypair",
                        "-alias",
                        "own",
                        "-keyalg",
                        "EC",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        "secret",
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "san=" + san,
                        "-ext",
                        "bc=ca:true"))
                .redirectErrorStream(true)
                .start();
        assertTrue(process.waitFor(120, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue(), new String(process.getInputStream().readAllBytes()));
        var keys = KeyStore.getInstance("PKCS12");
        try (var in = new FileInputStream(store.toFile())) {
            keys.load(in, "secret".toCharArray());
        }
        var made = new TestCertificate(directory.resolve(name + "-key.pem"), directory.resolve(name + "-chain.pem"));
        pem(
                made.key(),
                "PRIVATE KEY",
                keys.getKey("own", "secret".toCharArray()).getEncoded());
        pem(made.chain(), "CERTIFICATE", keys.getCertificate("own").getEncoded());
        return made;
    }

    private static void pem(Path file, String kind, byte[] der) throws Exception {
        Files.writeString(
                file,
                "-----BEGIN " + kind + "-----\n" + Base64.getMimeEncoder().encodeToString(der) + "\n-----END " + kind
                        + "-----\n");
    }
}
