package dev.weft.client.identity;

import dev.weft.client.resource.SanMatch;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whom a peer may show itself to be. A rule that names nobody is no leave for everybody: it means a peer of the own
 * trust domain, and where there is none, whom the connection asks for.
 *
 * @param expected one of these
 * @param domain the own trust domain as it is now; null where the own certificate is of none, or there is none
 * @param serverName DNS name that is asked for; empty for none
 */
record PeerNames(List<SanMatch> expected, Supplier<@Nullable String> domain, String serverName) {
    /** RFC 5280, 4.2.1.6. */
    private static final int DNS = 2;

    PeerNames {
        expected = List.copyOf(expected);
    }

    void check(X509Certificate certificate) throws CertificateException {
        Collection<List<?>> names = certificate.getSubjectAlternativeNames();
        if (!expected.isEmpty()) {
            require(isExpected(names), "the peer shows none of the expected names: " + names);
            return;
        }
        String own = domain.get();
        if (own != null) {
            require(own.equals(TrustDomain.of(certificate)), "the peer is not of trust domain " + own + ": " + names);
            return;
        }
        require(
                !serverName.isEmpty(),
                "nothing says who the peer must be: no name is expected, and the own certificate is of no trust domain");
        require(isServer(names), "the peer is not " + serverName + ": " + names);
    }

    private static void require(boolean held, String why) throws CertificateException {
        if (!held) {
            throw new CertificateException(why);
        }
    }

    private boolean isExpected(@Nullable Collection<List<?>> names) {
        if (names != null) {
            for (List<?> name : names) {
                if (name.get(0) instanceof Integer kind
                        && name.get(1) instanceof String text
                        && expected.stream().anyMatch(match -> match.matches(kind, text))) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean isServer(@Nullable Collection<List<?>> names) {
        if (names != null) {
            for (List<?> name : names) {
                if (name.get(0) instanceof Integer kind
                        && kind == DNS
                        && name.get(1) instanceof String text
                        && isServer(text)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** RFC 9525, 6.3: a wildcard is the whole first label, and stands for one. */
    private boolean isServer(String shown) {
        if (!shown.startsWith("*.")) {
            return shown.equalsIgnoreCase(serverName);
        }
        int dot = serverName.indexOf('.');
        return dot > 0 && serverName.substring(dot).equalsIgnoreCase(shown.substring(1));
    }
}
