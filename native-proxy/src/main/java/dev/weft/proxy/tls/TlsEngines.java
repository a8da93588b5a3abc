package dev.weft.proxy.tls;

import dev.weft.client.identity.PemCertificates;
import dev.weft.engine.adapt.ServerNames;
import dev.weft.engine.snapshot.Transport;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;

/**
 * What speaks TLS on a connection: BoringSSL where its library is there, else the JDK. Netty's engine of BoringSSL ends
 * both halves of a connection when the peer has ended its own, so that tunnels are always the JDK's.
 */
public final class TlsEngines {
    private TlsEngines() {}

    /** Whose TLS is spoken, for the log. */
    public static String provider() {
        Throwable why = BoringSsl.whyNot();
        return why == null ? "BoringSSL" : "the JDK's, without BoringSSL: " + why;
    }

    /** What makes the contexts that these engines are of. */
    public static PemCertificates.Contexts contexts() {
        return BoringSsl.whyNot() == null ? BoringSsl::context : PemCertificates.Contexts.JDK;
    }

    /**
     * For a connection of HTTP that we make. The context's trust manager checks the names that the mesh expects.
     *
     * @param protocols offered by ALPN, by preference; empty for none
     * @throws IllegalStateException when there is no such TLS
     */
    public static SslHandler client(
            Transport.Tls tls, ByteBufAllocator buffers, InetSocketAddress address, List<String> protocols) {
        BoringSsl boring = BoringSsl.of(tls.context());
        if (boring == null) {
            return client(tls, address, protocols);
        }
        try {
            SSLEngine engine = boring.client(buffers, address.getHostString(), address.getPort(), protocols);
            return named(engine, engine.getSSLParameters(), tls.sni());
        } catch (SSLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** For a connection whose ends may each end their half alone. */
    public static SslHandler tunnel(Transport.Tls tls, InetSocketAddress address) {
        return client(tls, address, List.of());
    }

    private static SslHandler client(Transport.Tls tls, InetSocketAddress address, List<String> protocols) {
        SSLEngine engine = tls.context().createSSLEngine(address.getHostString(), address.getPort());
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setApplicationProtocols(protocols.toArray(new String[0]));
        return named(engine, parameters, tls.sni());
    }

    private static SslHandler named(SSLEngine engine, SSLParameters parameters, String sni) {
        parameters.setServerNames(ServerNames.of(sni));
        engine.setSSLParameters(parameters);
        return new SslHandler(engine);
    }

    /**
     * For a connection that was accepted.
     *
     * @param mutual whether the client has to show a certificate
     * @param tunnel whether each end may end its half alone
     */
    static SslHandler server(
            SSLContext context, ByteBufAllocator buffers, boolean mutual, List<String> protocols, boolean tunnel) {
        BoringSsl boring = tunnel ? null : BoringSsl.of(context);
        if (boring == null) {
            SSLEngine engine = context.createSSLEngine();
            engine.setUseClientMode(false);
            engine.setNeedClientAuth(mutual);
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setApplicationProtocols(protocols.toArray(new String[0]));
            engine.setSSLParameters(parameters);
            return new SslHandler(engine);
        }
        try {
            return new SslHandler(boring.server(buffers, mutual, protocols));
        } catch (SSLException e) {
            throw new IllegalStateException(e);
        }
    }
}
