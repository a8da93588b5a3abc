package dev.weft.proxy.dns;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Arrays;

/** A stub resolver of one socket. */
final class Client implements AutoCloseable {
    private final int port;
    private final DatagramSocket udp;

    Client(int port) throws IOException {
        this.port = port;
        this.udp = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        udp.setSoTimeout(60_000);
    }

    void send(byte[] query) throws IOException {
        udp.send(new DatagramPacket(query, query.length, InetAddress.getLoopbackAddress(), port));
    }

    byte[] receive() throws IOException {
        byte[] buffer = new byte[65_535];
        var packet = new DatagramPacket(buffer, buffer.length);
        udp.receive(packet);
        return Arrays.copyOf(buffer, packet.getLength());
    }

    byte[] ask(byte[] query) throws IOException {
        send(query);
        return receive();
    }

    String ask(String name, int type) throws IOException {
        return Messages.show(ask(Messages.query(7, name, type)));
    }

    byte[] askOverTcp(byte[] query) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(60_000);
            var out = new DataOutputStream(socket.getOutputStream());
            out.writeShort(query.length);
            out.write(query);
            var in = new DataInputStream(socket.getInputStream());
            return in.readNBytes(in.readUnsignedShort());
        }
    }

    @Override
    public void close() {
        udp.close();
    }
}
