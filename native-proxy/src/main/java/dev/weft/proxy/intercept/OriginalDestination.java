package dev.weft.proxy.intercept;

import io.netty.channel.Channel;
import io.netty.channel.unix.RawUnixChannelOption;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Where a redirected connection was going (Linux: {@code SO_ORIGINAL_DST}, {@code IP6T_SO_ORIGINAL_DST}). */
public final class OriginalDestination {
    private static final int SOL_IP = 0;
    private static final int SOL_IPV6 = 41;
    private static final int ORIGINAL_DST = 80;
    private static final RawUnixChannelOption IPV4 =
            new RawUnixChannelOption("SO_ORIGINAL_DST", SOL_IP, ORIGINAL_DST, 16);
    private static final RawUnixChannelOption IPV6 =
            new RawUnixChannelOption("IP6T_SO_ORIGINAL_DST", SOL_IPV6, ORIGINAL_DST, 28);

    private OriginalDestination() {}

    /**
     * @param accepted by a server channel of epoll
     * @return null when the kernel doesn't know; for a connection that was not redirected, where it arrived, which is
     *     how a listener finds out that it is called itself
     */
    public static @Nullable InetSocketAddress of(Channel accepted) {
        if (!(accepted.localAddress() instanceof InetSocketAddress local)) {
            return null;
        }
        // A listener for both kinds of addresses has connections of IPv4 too; Netty names them as such.
        boolean isIpv4 = local.getAddress() instanceof Inet4Address;
        ByteBuffer found;
        try {
            found = accepted.config().getOption(isIpv4 ? IPV4 : IPV6);
        } catch (RuntimeException e) {
            return null; // no such entry: the connection came before its tracking began
        }
        return found == null ? null : read(found, isIpv4);
    }

    /** A {@code sockaddr_in}, or a {@code sockaddr_in6}. */
    private static InetSocketAddress read(ByteBuffer found, boolean isIpv4) {
        var bytes = found.duplicate().order(ByteOrder.BIG_ENDIAN);
        int port = bytes.getShort(2) & 0xFFFF;
        byte[] address = new byte[isIpv4 ? 4 : 16];
        bytes.position(isIpv4 ? 4 : 8);
        bytes.get(address);
        try {
            return new InetSocketAddress(InetAddress.getByAddress(address), port);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e); // its length is right
        }
    }
}
