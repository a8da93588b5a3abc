package dev.weft.adapters.httpclient5;

import dev.weft.engine.adapt.TlsIdentities;
import dev.weft.engine.call.Attempt;
import dev.weft.engine.snapshot.Transport;
import org.apache.hc.core5.http.HttpHost;
import org.jspecify.annotations.Nullable;

/**
 * Where the connection of one attempt goes: the endpoint's address under the logical name, so that
 * the name that TLS checks stays right.
 *
 * @param peer what the pool keys connections by
 * @param plain what is connected to before any TLS of the mesh
 * @param tls TLS of the mesh, null for what the application asked for
 */
record Aim(HttpHost peer, HttpHost plain, Transport.@Nullable Tls tls) {
    static Aim of(Attempt attempt, HttpHost logical, TlsIdentities identities) {
        var address = attempt.endpoint().address();
        var plain =
                new HttpHost(logical.getSchemeName(), address.getAddress(), logical.getHostName(), address.getPort());
        if (!(attempt.transport() instanceof Transport.Tls tls) || HopRequest.secure(logical)) {
            return new Aim(plain, plain, null);
        }
        String name = identities.name(logical.getHostName(), tls);
        return new Aim(new HttpHost("https", address.getAddress(), name, address.getPort()), plain, tls);
    }
}
