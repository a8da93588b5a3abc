package dev.weft.client.ads;

import io.netty.handler.ssl.SslContext;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What a stream is opened over.
 *
 * @param authority with TLS the name (and port) that the certificate must be for
 * @param tls null for plaintext
 * @param token bearer token; null for none
 */
public record Connection(
        SocketAddress address,
        String authority,
        @Nullable SslContext tls,
        @Nullable String token) {}
