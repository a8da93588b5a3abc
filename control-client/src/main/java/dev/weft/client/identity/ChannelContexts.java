package dev.weft.client.identity;

import io.grpc.netty.GrpcSslContexts;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * TLS contexts of connections to control planes. The files are read for each connection, so that
 * rotated ones are taken up; while they can't be read (half written, say), the last good ones serve.
 */
public final class ChannelContexts {
    private final Map<ChannelTls, SslContext> lastGood = new ConcurrentHashMap<>();
    private final Consumer<String> warn;

    public ChannelContexts(Consumer<String> warn) {
        this.warn = warn;
    }

    /** Reads files: not for a thread that must not wait. */
    public SslContext of(ChannelTls tls) throws IOException {
        try {
            var made = make(tls);
            lastGood.put(tls, made);
            return made;
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            var before = lastGood.get(tls);
            if (before == null) {
                throw new IOException("certificates for the control plane: " + e.getMessage(), e);
            }
            warn.accept("certificates for the control plane can't be read again, the former ones are used: "
                    + e.getMessage());
            return before;
        }
    }

    private static SslContext make(ChannelTls tls) throws IOException, GeneralSecurityException {
        // JSSE alone: the native libraries of the others don't survive being packed into an agent.
        var builder = GrpcSslContexts.configure(SslContextBuilder.forClient(), SslProvider.JDK)
                .trustManager(PemStores.trust(tls.authorities()));
        if (tls.chain() != null && tls.key() != null) {
            builder.keyManager(PemStores.own(tls.chain(), tls.key()).keys());
        }
        return builder.build();
    }
}
