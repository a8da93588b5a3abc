package dev.weft.client.identity;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How a connection to a control plane is secured. The server's certificate is verified in any case.
 *
 * @param authorities PEM file of who is trusted; null for the JDK's own
 * @param chain own certificate first, PEM; null to show none
 * @param key private key, PKCS #8
 * @param serverName what the certificate must be for; null for the host that is connected to
 */
public record ChannelTls(
        @Nullable Path authorities,
        @Nullable Path chain,
        @Nullable Path key,
        @Nullable String serverName) {
    public ChannelTls {
        if ((chain == null) != (key == null)) {
            throw new IllegalArgumentException("a certificate and its private key go together");
        }
    }
}
