package dev.weft.adapters.urlconnection;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import org.jspecify.annotations.Nullable;

/**
 * Our sign on the library's objects, in the one thing that it carries from a connection object to a
 * client: the proxy. To the library it is a SOCKS proxy at port 0, where nothing can listen; so where
 * none of our hooks opens the connection, nothing is sent anywhere.
 */
abstract sealed class Mark extends InetSocketAddress permits Place, Call {
    private static final long serialVersionUID = 1;

    private final transient Proxy proxy = new Proxy(Proxy.Type.SOCKS, this);

    Mark() {
        super(InetAddress.getLoopbackAddress(), 0);
    }

    Proxy proxy() {
        return proxy;
    }

    static @Nullable Mark of(@Nullable Proxy proxy) {
        return proxy != null && proxy.address() instanceof Mark mark ? mark : null;
    }
}
