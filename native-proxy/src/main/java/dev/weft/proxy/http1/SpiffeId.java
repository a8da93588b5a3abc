package dev.weft.proxy.http1;

import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The name in a certificate that is an X.509-SVID (SPIFFE): its only URI. */
final class SpiffeId {
    /** RFC 5280, 4.2.1.6. */
    private static final int URI = 6;

    private SpiffeId() {}

    /** @param chain the first is whose it is; empty for a chain that names nobody */
    static String of(Certificate @Nullable [] chain) {
        if (chain == null || chain.length == 0 || !(chain[0] instanceof X509Certificate certificate)) {
            return "";
        }
        String id = "";
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            for (List<?> name : names == null ? List.<List<?>>of() : names) {
                if (name.get(0) instanceof Integer kind && kind == URI && name.get(1) instanceof String text) {
                    if (!id.isEmpty()) {
                        return ""; // the standard lets nobody choose
                    }
                    id = text;
                }
            }
        } catch (CertificateParsingException e) {
            return ""; // it names nobody that could be read
        }
        return id.startsWith("spiffe://") ? id : "";
    }
}
