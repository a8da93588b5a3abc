package dev.weft.adapters.okhttp;

import dev.weft.engine.snapshot.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.util.List;
import okhttp3.Address;
import okhttp3.CertificatePinner;
import okhttp3.ConnectionSpec;
import okhttp3.Dns;
import okhttp3.Protocol;
import org.jspecify.annotations.Nullable;

/**
 * Where the connections of attempts at one endpoint go, as the name service of their addresses: the
 * one part of an address that the library's pool compares and nobody sees.
 */
final class Aim implements Dns {
    private final InetSocketAddress endpoint;
    private final List<InetAddress> resolved;
    private final @Nullable MeshTls tls;
    /** Of the client that was the last to call. A race costs an address. */
    private volatile @Nullable KeptAddress kept;

    Aim(InetSocketAddress endpoint, Transport.@Nullable Tls tls) {
        this.endpoint = endpoint;
        this.resolved = List.of(endpoint.getAddress());
        this.tls = tls == null ? null : new MeshTls(tls);
    }

    @Nullable
    KeptAddress kept() {
        return kept;
    }

    void keep(KeptAddress last) {
        kept = last;
    }

    InetSocketAddress endpoint() {
        return endpoint;
    }

    /** Whether a call that the application made in plaintext goes over TLS of the mesh. */
    boolean secured() {
        return tls != null;
    }

    @Override
    public List<InetAddress> lookup(String host) {
        return resolved;
    }

    /** An address of the library's, aimed. */
    Address at(Address own) {
        // The application's pins and ciphers are for TLS that it asks for itself.
        return new Address(
                own.url().host(),
                own.url().port(),
                this,
                own.socketFactory(),
                tls == null ? own.sslSocketFactory() : tls,
                tls == null ? own.hostnameVerifier() : MeshTls.CHECKED_BY_THE_CONTEXT,
                tls == null ? own.certificatePinner() : CertificatePinner.DEFAULT,
                own.proxyAuthenticator(),
                Proxy.NO_PROXY, // that none applies has been found out before
                tls == null ? own.protocols() : negotiable(own.protocols()),
                tls == null ? own.connectionSpecs() : List.of(ConnectionSpec.MODERN_TLS),
                own.proxySelector());
    }

    /** Who knew beforehand that the peer speaks HTTP/2 may now ask for it. */
    private static List<Protocol> negotiable(List<Protocol> asked) {
        return asked.contains(Protocol.H2_PRIOR_KNOWLEDGE) ? List.of(Protocol.HTTP_2, Protocol.HTTP_1_1) : asked;
    }
}
