package dev.weft.client.identity;

import dev.weft.client.resource.SanMatch;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts a peer whose chain ends in the mesh's authorities and who shows an expected name. The host
 * name of the connection is not compared: it is the address of an instance, and what the peer must
 * be called stands in the rule.
 */
final class PeerCheck extends X509ExtendedTrustManager {
    private final X509ExtendedTrustManager chain;
    private final List<SanMatch> expected;

    PeerCheck(X509ExtendedTrustManager chain, List<SanMatch> expected) {
        this.chain = chain;
        this.expected = List.copyOf(expected);
    }

    // The forms without socket or engine check the chain alone, never a host name.

    @Override
    public void checkServerTrusted(X509Certificate[] certificates, String authType) throws CertificateException {
        chain.checkServerTrusted(certificates, authType);
        checkName(certificates[0]);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] certificates, String authType, Socket socket)
            throws CertificateException {
        checkServerTrusted(certificates, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] certificates, String authType, SSLEngine engine)
            throws CertificateException {
        checkServerTrusted(certificates, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] certificates, String authType) throws CertificateException {
        chain.checkClientTrusted(certificates, authType);
        checkName(certificates[0]);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] certificates, String authType, Socket socket)
            throws CertificateException {
        checkClientTrusted(certificates, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] certificates, String authType, SSLEngine engine)
            throws CertificateException {
        checkClientTrusted(certificates, authType);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return chain.getAcceptedIssuers();
    }

    private void checkName(X509Certificate certificate) throws CertificateException {
        if (expected.isEmpty()) {
            return;
        }
        Collection<List<?>> names = certificate.getSubjectAlternativeNames();
        if (names != null) {
            for (List<?> name : names) {
                if (name.get(0) instanceof Integer kind && name.get(1) instanceof String text && matches(kind, text)) {
                    return;
                }
            }
        }
        throw new CertificateException("the peer shows none of the expected names: " + names);
    }

    private boolean matches(int kind, String text) {
        for (SanMatch match : expected) {
            if (match.matches(kind, text)) {
                return true;
            }
        }
        return false;
    }
}
