package dev.weft.testkit;

import dev.weft.client.resource.CertificateSource;
import dev.weft.client.resource.SanMatch;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import javax.net.ssl.SSLContext;

/** Has whatever certificate a rule asks for: a test asks where calls go, and none is ever made. */
final class EveryCertificate implements CertificateSource {
    static final CertificateSource INSTANCE = new EveryCertificate();

    private EveryCertificate() {}

    @Override
    public SSLContext context(String identity, String roots, List<SanMatch> expected, String serverName)
            throws Unavailable {
        try {
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new Unavailable("this JDK speaks no TLS: " + e.getMessage());
        }
    }
}
