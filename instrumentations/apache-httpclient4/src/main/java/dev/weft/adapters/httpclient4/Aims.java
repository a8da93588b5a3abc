package dev.weft.adapters.httpclient4;

import dev.weft.engine.adapt.TlsIdentities;
import dev.weft.engine.call.Attempt;
import dev.weft.engine.snapshot.Transport;
import java.net.InetSocketAddress;
import org.apache.http.HttpHost;
import org.apache.http.conn.routing.HttpRoute;
import org.jspecify.annotations.Nullable;

/**
 * The aims that were used lately. A slot is overwritten by the next endpoint that falls into it, so
 * nothing grows; aims are immutable and made anew alike, so a race costs an object at most.
 */
final class Aims {
    private static final int SLOTS = 256;

    private final @Nullable Aim[] slots = new Aim[SLOTS];
    private final TlsIdentities identities = new TlsIdentities();

    Aim of(Attempt attempt, HttpRoute logical) {
        InetSocketAddress address = attempt.endpoint().address();
        Transport.Tls tls = attempt.transport() instanceof Transport.Tls meshs && !logical.isSecure() ? meshs : null;
        int hash = address.hashCode() * 31 + logical.getTargetHost().hashCode();
        int slot = (hash ^ hash >>> 16) & SLOTS - 1;
        Aim known = slots[slot];
        if (known != null && known.is(logical, address, tls)) {
            return known;
        }
        Aim made = make(logical, address, tls);
        slots[slot] = made;
        return made;
    }

    /**
     * In plaintext the key of the pool is the address itself. Under TLS it is a name that exists nowhere,
     * with the scheme {@code https}: whoever connects without {@link ConnectHook} fails, and sends nothing
     * in the clear.
     */
    private Aim make(HttpRoute logical, InetSocketAddress address, Transport.@Nullable Tls tls) {
        HttpHost target = logical.getTargetHost();
        String name = target.getHostName();
        String literal = address.getAddress().getHostAddress();
        int port = address.getPort();
        var named = new HttpHost(name, port, target.getSchemeName());
        HttpHost peer;
        if (tls != null) {
            peer = new HttpHost(identities.name(name + "." + literal, tls), port, "https");
        } else if (logical.isSecure()) {
            peer = new HttpHost(name + "." + literal + ".mesh", port, target.getSchemeName());
        } else {
            peer = new HttpHost(literal, port, target.getSchemeName());
        }
        var route = new HttpRoute(peer, logical.getLocalAddress(), logical.isSecure() || tls != null);
        return new Aim(logical, address, tls, route, named);
    }
}
