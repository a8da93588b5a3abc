package dev.weft.proxy.tls;

import dev.weft.client.identity.PemCertificates;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslCachingX509KeyManagerFactory;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.SimpleKeyManagerFactory;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManager;
import javax.net.ssl.ManagerFactoryParameters;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * TLS by BoringSSL: half the CPU of the JDK's for a handshake, and less memory. What the mesh hands about as a context
 * of the JDK is one that knows its twin here.
 */
final class BoringSsl {
    private record Role(boolean isServer, boolean mutual, List<String> protocols) {}

    private final @Nullable X509ExtendedKeyManager own;
    private final @Nullable X509ExtendedTrustManager peers;
    /** A role has one context for all connections: sessions are resumed within a context. */
    private final Map<Role, SslContext> contexts = new ConcurrentHashMap<>();

    private BoringSsl(@Nullable X509ExtendedKeyManager own, @Nullable X509ExtendedTrustManager peers) {
        this.own = own;
        this.peers = peers;
    }

    /** A context as the mesh hands it about; {@link TlsEngines} finds its way back to here. */
    static SSLContext context(@Nullable X509ExtendedKeyManager own, @Nullable X509ExtendedTrustManager peers)
            throws GeneralSecurityException {
        return new Context(PemCertificates.Contexts.JDK.of(own, peers), new BoringSsl(own, peers));
    }

    /** Why it can't be used here; null when it can. */
    static @Nullable Throwable whyNot() {
        return OpenSsl.isAvailable() ? null : OpenSsl.unavailabilityCause();
    }

    static @Nullable BoringSsl of(SSLContext context) {
        return context instanceof Context twin ? twin.boring : null;
    }

    SSLEngine client(ByteBufAllocator buffers, String host, int port, List<String> protocols) throws SSLException {
        return made(new Role(false, false, protocols)).newEngine(buffers, host, port);
    }

    SSLEngine server(ByteBufAllocator buffers, boolean mutual, List<String> protocols) throws SSLException {
        return made(new Role(true, mutual, protocols)).newEngine(buffers);
    }

    private SslContext made(Role role) throws SSLException {
        SslContext made = contexts.get(role);
        if (made == null) {
            made = build(role);
            SslContext other = contexts.putIfAbsent(role, made);
            made = other == null ? made : other;
        }
        return made;
    }

    private SslContext build(Role role) throws SSLException {
        SslContextBuilder builder;
        if (role.isServer()) {
            if (own == null) {
                throw new SSLException("a server has to show a certificate");
            }
            builder = SslContextBuilder.forServer(keys(own))
                    .clientAuth(role.mutual() ? ClientAuth.REQUIRE : ClientAuth.NONE);
        } else {
            builder = SslContextBuilder.forClient()
                    // What a peer must be called stands in the rule; the trust manager looks.
                    .endpointIdentificationAlgorithm(null);
            if (own != null) {
                builder.keyManager(keys(own));
            }
        }
        if (peers != null) {
            builder.trustManager(peers);
        }
        // OPENSSL, not its reference-counted sibling: contexts go when no rule speaks of them any more.
        return builder.sslProvider(SslProvider.OPENSSL)
                .applicationProtocolConfig(
                        role.protocols().isEmpty()
                                ? ApplicationProtocolConfig.DISABLED
                                : new ApplicationProtocolConfig(
                                        ApplicationProtocolConfig.Protocol.ALPN,
                                        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                                        role.protocols()))
                .build();
    }

    /**
     * Keys are handed to BoringSSL once, and again when their alias changes, as it does when they are replaced.
     */
    private static OpenSslCachingX509KeyManagerFactory keys(X509ExtendedKeyManager own) {
        return new OpenSslCachingX509KeyManagerFactory(new SimpleKeyManagerFactory() {
            @Override
            protected void engineInit(KeyStore store, char[] password) {}

            @Override
            protected void engineInit(ManagerFactoryParameters parameters) {}

            @Override
            protected KeyManager[] engineGetKeyManagers() {
                return new KeyManager[] {own};
            }
        });
    }

    /** The JDK's, to whoever asks it for sockets, and a twin. */
    private static final class Context extends SSLContext {
        final BoringSsl boring;

        Context(SSLContext jdk, BoringSsl boring) {
            super(new Delegate(jdk), jdk.getProvider(), jdk.getProtocol());
            this.boring = boring;
        }
    }
}
