package dev.weft.proxy.dns;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A server of which tests decide what it says: truth, lies, or nothing. */
final class Upstream implements AutoCloseable {
    private final DatagramSocket udp;
    private final ServerSocket tcp;
    private final BlockingQueue<Asked> asked = new LinkedBlockingQueue<>();
    private final Thread udpServer;
    private volatile Function<byte[], List<byte[]>> overUdp = query -> List.of();
    private volatile Function<byte[], List<byte[]>> overTcp = query -> List.of();

    /**
     * @param client where the question came from
     */
    record Asked(byte[] query, InetSocketAddress client, boolean isTcp) {}

    /**
     * @param host one of 127.0.0.0/8
     * @param port 0 for any
     */
    Upstream(String host, int port) throws IOException {
        var address = InetAddress.getByName(host);
        var streams = new ServerSocket(port, 16, address);
        var datagrams = beside(streams);
        for (int tries = 1; datagrams == null; tries++) {
            streams.close();
            if (tries == 20) {
                throw new BindException("no port is free for TCP and for UDP");
            }
            streams = new ServerSocket(port, 16, address);
            datagrams = beside(streams);
        }
        tcp = streams;
        udp = datagrams;
        udpServer = start(this::serveUdp);
        start(this::serveTcp);
    }

    /** Null when the port of this one is somebody else's for UDP. */
    private static @Nullable DatagramSocket beside(ServerSocket tcp) throws IOException {
        try {
            return new DatagramSocket(new InetSocketAddress(tcp.getInetAddress(), tcp.getLocalPort()));
        } catch (BindException taken) {
            return null;
        }
    }

    private static Thread start(Runnable run) {
        var thread = new Thread(run, "upstream");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    Upstream says(Function<byte[], byte[]> answer) {
        return sends(query -> List.of(answer.apply(query)));
    }

    /** Any number of datagrams for each question. */
    Upstream sends(Function<byte[], List<byte[]>> answers) {
        overUdp = answers;
        return this;
    }

    Upstream saysOverTcp(Function<byte[], byte[]> answer) {
        overTcp = query -> List.of(answer.apply(query));
        return this;
    }

    int port() {
        return tcp.getLocalPort();
    }

    String host() {
        return tcp.getInetAddress().getHostAddress();
    }

    /** The next question that came. */
    Asked next() throws InterruptedException {
        var one = asked.poll(60, TimeUnit.SECONDS);
        if (one == null) {
            throw new AssertionError("nothing was asked of " + host());
        }
        return one;
    }

    int waiting() {
        return asked.size();
    }

    /** Sends what nobody asked for, from this server's own socket. */
    void send(byte[] message, InetSocketAddress client) throws IOException {
        udp.send(new DatagramPacket(message, message.length, client));
    }

    private void serveUdp() {
        byte[] buffer = new byte[65_535];
        while (!udp.isClosed()) {
            try {
                var packet = new DatagramPacket(buffer, buffer.length);
                udp.receive(packet);
                byte[] query = Arrays.copyOf(buffer, packet.getLength());
                var client = (InetSocketAddress) packet.getSocketAddress();
                asked.add(new Asked(query, client, false));
                for (byte[] answer : overUdp.apply(query)) {
                    send(answer, client);
                }
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serveTcp() {
        while (!tcp.isClosed()) {
            try (var socket = tcp.accept()) {
                var in = new DataInputStream(socket.getInputStream());
                byte[] query = in.readNBytes(in.readUnsignedShort());
                asked.add(new Asked(query, (InetSocketAddress) socket.getRemoteSocketAddress(), true));
                var out = new DataOutputStream(socket.getOutputStream());
                for (byte[] answer : overTcp.apply(query)) {
                    out.writeShort(answer.length);
                    out.write(answer);
                }
            } catch (IOException e) {
                continue; // a client that went away; the loop ends when the socket is closed
            }
        }
    }

    @Override
    public void close() throws IOException {
        udp.close();
        tcp.close();
        try {
            udpServer.join(); // until it has left its socket, that takes questions, and who asks hears of no failure
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
