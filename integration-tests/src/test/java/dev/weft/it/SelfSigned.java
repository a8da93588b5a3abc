package dev.weft.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A self-signed certificate of P-256, which is its own authority, and its key, as PEM files. */
record SelfSigned(Path key, Path chain) {
    static SelfSigned make(Path folder, String subject, String alternative) throws Exception {
        Path bin = Path.of(System.getProperty("java.home"), "bin");
        Path store = folder.resolve("store.p12");
        command(List.of(
                bin.resolve("keytool").toString(),
                "-J-XX:TieredStopAtLevel=1",
                "-J-XX:+UseSerialGC",
                "-genkeypair",
                "-alias",
                "own",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                "secret",
                "-dname",
                subject,
                "-ext",
                "san=" + alternative,
                "-ext",
                "bc=ca:true"));
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, "secret".toCharArray());
        }
        return new SelfSigned(
                pem(
                        folder.resolve("key.pem"),
                        "PRIVATE KEY",
                        keys.getKey("own", "secret".toCharArray()).getEncoded()),
                pem(
                        folder.resolve("chain.pem"),
                        "CERTIFICATE",
                        keys.getCertificate("own").getEncoded()));
    }

    private static void command(List<String> words) throws Exception {
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes());
        assertTrue(process.waitFor(180, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue(), said);
    }

    private static Path pem(Path file, String kind, byte[] der) throws Exception {
        String base64 = Base64.getMimeEncoder().encodeToString(der);
        return Files.writeString(file, "-----BEGIN " + kind + "-----\n" + base64 + "\n-----END " + kind + "-----\n");
    }
}
