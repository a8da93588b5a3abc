package dev.weft.proxy.config;

import dev.weft.client.identity.PemCertificates;

/**
 * Who the workload shows itself to be.
 *
 * @param files PEM files; all null where it shows nothing
 * @param inbound what clients of the inbound listener have to speak
 */
public record Certificates(PemCertificates.Files files, Inbound inbound) {
    /** What clients of the inbound listener have to speak. */
    public enum Inbound {
        /** What the application speaks, as it is. */
        PLAINTEXT,
        /** TLS. */
        TLS,
        /** TLS, and show a certificate that the authorities vouch for. */
        MUTUAL
    }

    /** Whether there is any. */
    public boolean any() {
        return files.key() != null || files.authorities() != null;
    }
}
