package dev.weft.proxy.tls;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.client.identity.PemCertificates;
import java.util.Map;

/** Whose TLS it is. */
public enum Speaker {
    JDK,
    BORING_SSL;

    /** Skips the test where there is no such TLS. */
    public PemCertificates certificates(Map<String, PemCertificates.Files> files) {
        if (this == JDK) {
            return new PemCertificates(files);
        }
        assumeTrue(BoringSsl.whyNot() == null, () -> "BoringSSL can't be loaded: " + BoringSsl.whyNot());
        return new PemCertificates(files, BoringSsl::context);
    }
}
