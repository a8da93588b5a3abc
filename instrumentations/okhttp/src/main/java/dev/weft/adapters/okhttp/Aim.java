package dev.weft.adapters.okhttp;

import dev.weft.engine.snapshot.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.util.List;
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

    Aim(InetSocketAddress endpoint, Transport.@Nullable Tls tls) {
        this.endpoint = endpoint;
        this.resolved = List.of(endpoint.getAddress());
        this.tls = tls == null ? null : new MeshTls(tls);
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

    /**
     * Aims what an address of the library is made of: host, port, name service, sockets, TLS, host
     * name verifier, pins, proxy authenticator, proxy, protocols, connection specs, proxy selector.
     */
    void at(@Nullable Object[] address) {
        address[2] = this;
        address[8] = Proxy.NO_PROXY; // that none applies has been found out before
        if (tls == null) {
            return;
        }
        // The application's pins and ciphers are for TLS that it asks for itself.
        address[4] = tls;
        address[5] = MeshTls.CHECKED_BY_THE_CONTEXT;
        address[6] = CertificatePinner.DEFAULT;
        address[9] = negotiable((List<?>) address[9]);
        address[10] = List.of(ConnectionSpec.MODERN_TLS);
    }

    /** Who knew beforehand that the peer speaks HTTP/2 may now ask for it. */
    private static @Nullable List<?> negotiable(@Nullable List<?> asked) {
        return asked != null && asked.contains(Protocol.H2_PRIOR_KNOWLEDGE)
                ? List.of(Protocol.HTTP_2, Protocol.HTTP_1_1)
                : asked;
    }
}
