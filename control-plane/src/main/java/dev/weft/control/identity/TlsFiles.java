package dev.weft.control.identity;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * PEM files of what the control plane's listeners need for TLS.
 *
 * @param certificate own certificate first, then its chain
 * @param key private key, PKCS #8
 * @param clientAuthorities who may vouch for clients of xDS; null to ask them for no certificate
 * @param isClientRequired one without a certificate is turned away
 */
public record TlsFiles(Path certificate, Path key, @Nullable Path clientAuthorities, boolean isClientRequired) {
    public TlsFiles {
        if (isClientRequired && clientAuthorities == null) {
            throw new IllegalArgumentException("certificates of clients are required, and nobody may vouch for them");
        }
    }
}
