package dev.weft.proxy.dns;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How mesh DNS runs.
 *
 * @param listen over UDP and TCP, one address or more; port 0 in the first for any that is free, in the others
 *     for the same as in the first
 * @param resolvConf whose servers are asked for all other names; it is followed
 * @param upstreamPort where those servers listen
 * @param isShortening names of the mesh with a search domain of resolv.conf behind them are the mesh's too
 * @param ttlSeconds of names of the mesh
 * @param cacheEntries answers of servers that are kept; 0 for none
 * @param cacheBytes what they may take together
 * @param mostWaiting questions that may wait for servers at once; above that they fail
 * @param mostConnections over TCP
 */
public record DnsSettings(
        List<InetSocketAddress> listen,
        Path resolvConf,
        int upstreamPort,
        boolean isShortening,
        int ttlSeconds,
        int cacheEntries,
        long cacheBytes,
        int mostWaiting,
        int mostConnections) {
    public static final int DEFAULT_PORT = 5353;

    public DnsSettings {
        listen = List.copyOf(listen);
        if (listen.isEmpty()) {
            throw new IllegalArgumentException("listen: is empty");
        }
        within("upstreamPort", upstreamPort, 1, 65_535);
        within("ttlSeconds", ttlSeconds, 0, 86_400);
        within("cacheEntries", cacheEntries, 0, 1_000_000);
        within("cacheBytes", cacheBytes, 0, 1L << 30);
        within("mostWaiting", mostWaiting, 1, 65_536);
        within("mostConnections", mostConnections, 1, 65_536);
    }

    private static void within(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + ": " + value + " is not from " + least + " to " + most);
        }
    }

    /**
     * 127.0.0.1:5353, and ::1 where there is one; /etc/resolv.conf; names for 30 s; 4,096 answers in 4 MiB; 1,024
     * questions; 128 connections.
     */
    public static DnsSettings standard() {
        List<InetSocketAddress> listen = new ArrayList<>();
        listen.add(new InetSocketAddress(NetUtil.LOCALHOST4, DEFAULT_PORT));
        if (isOfThisHost(NetUtil.LOCALHOST6)) {
            listen.add(new InetSocketAddress(NetUtil.LOCALHOST6, DEFAULT_PORT));
        }
        return at(listen, Path.of("/etc/resolv.conf"), 53);
    }

    private static boolean isOfThisHost(InetAddress address) {
        try {
            return NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return false;
        }
    }

    /** The same elsewhere. */
    public static DnsSettings at(List<InetSocketAddress> listen, Path resolvConf, int upstreamPort) {
        return new DnsSettings(listen, resolvConf, upstreamPort, true, 30, 4096, 4 << 20, 1024, 128);
    }
}
