package dev.weft.proxy.intercept;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * By which the rules of the kernel know that the proxy lives: datagrams over the loopback interface, which need no
 * rights. Nobody has to receive them. They are told by their user, their port and their length, and hold for some
 * seconds; for IPv4 and IPv6 apart.
 */
public final class Heartbeat implements AutoCloseable {
    /** Bytes in a datagram that says: lives. */
    static final int ALIVE = 0;
    /** Bytes in one that says: takes nothing more. */
    static final int GONE = 1;

    private record Way(DatagramChannel channel, InetSocketAddress to) {}

    private final List<Way> ways = new ArrayList<>();

    /**
     * @param port of the proxy's outbound listener
     * @param isIpv6 the host has the loopback address of IPv6
     * @throws IOException when there is no socket for it
     */
    public Heartbeat(int port, boolean isIpv6) throws IOException {
        try {
            open(StandardProtocolFamily.INET, new byte[] {127, 0, 0, 1}, port);
            if (isIpv6) {
                byte[] loopback = new byte[16];
                loopback[15] = 1;
                open(StandardProtocolFamily.INET6, loopback, port);
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private void open(StandardProtocolFamily family, byte[] address, int port) throws IOException {
        DatagramChannel channel = DatagramChannel.open(family);
        ways.add(new Way(channel, new InetSocketAddress(InetAddress.getByAddress(address), port)));
        channel.configureBlocking(false);
    }

    /** @throws IOException when the kernel takes one of them not; the others were sent */
    public void lives() throws IOException {
        send(ALIVE);
    }

    /** Rules stop counting at once. */
    public void gone() throws IOException {
        send(GONE);
    }

    private void send(int bytes) throws IOException {
        IOException failure = null;
        for (Way way : ways) {
            try {
                way.channel().send(ByteBuffer.allocate(bytes), way.to());
            } catch (IOException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public void close() throws IOException {
        for (Way way : ways) {
            way.channel().close();
        }
    }
}
