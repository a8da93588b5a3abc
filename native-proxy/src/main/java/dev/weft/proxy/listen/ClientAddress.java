package dev.weft.proxy.listen;

import io.netty.channel.Channel;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Where a client's calls come from, for rules that keep those of one place together. */
public final class ClientAddress {
    private ClientAddress() {}

    /**
     * The address as Envoy writes it, without its port; null for a client of this host, of whom it would say nothing: it
     * is alike on every host.
     */
    public static @Nullable String of(Channel client) {
        InetSocketAddress source = ProxyProtocolHandler.source(client);
        return of(source == null ? null : source.getAddress());
    }

    /** The same of an address that somebody else has told; null for none. */
    public static @Nullable String of(@Nullable InetAddress address) {
        return address == null || address.isLoopbackAddress() ? null : NetUtil.toAddressString(address);
    }
}
