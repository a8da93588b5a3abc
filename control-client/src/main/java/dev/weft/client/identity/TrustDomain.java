package dev.weft.client.identity;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The trust domain of a certificate, if it is an X.509-SVID (SPIFFE): whose authorities give its identity. */
final class TrustDomain {
    /** RFC 5280, 4.2.1.6. */
    private static final int URI = 6;

    private static final String SCHEME = "spiffe://";

    private TrustDomain() {}

    /** Null for one that names none, and for one with more than one URI, of which the standard lets nobody choose. */
    static @Nullable String of(X509Certificate certificate) {
        String id = null;
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            for (List<?> name : names == null ? List.<List<?>>of() : names) {
                if (name.get(0) instanceof Integer kind && kind == URI && name.get(1) instanceof String text) {
                    if (id != null) {
                        return null;
                    }
                    id = text;
                }
            }
        } catch (CertificateParsingException e) {
            return null; // it names nobody that could be read
        }
        return id == null ? null : of(id);
    }

    private static @Nullable String of(String id) {
        if (!id.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return null;
        }
        int end = id.indexOf('/', SCHEME.length());
        String domain =
                id.substring(SCHEME.length(), end < 0 ? id.length() : end).toLowerCase(Locale.ROOT);
        return !domain.isEmpty() && domain.chars().allMatch(TrustDomain::isAllowed) ? domain : null;
    }

    private static boolean isAllowed(int c) {
        return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '.' || c == '-' || c == '_';
    }
}
