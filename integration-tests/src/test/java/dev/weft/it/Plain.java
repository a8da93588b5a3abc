package dev.weft.it;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A server on all addresses of its host that says its name: {@code Plain NAME [ADDRESS]}. With an address it also
 * answers DNS, all names with this one. Prints {@code listening PORT}.
 */
final class Plain {
    private Plain() {}

    public static void main(String[] args) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(0), 0);
        server.createContext("/", call -> {
            String text = args[0] + " " + call.getRequestURI().getPath() + " as "
                    + call.getRequestHeaders().getFirst("Host");
            byte[] body = text.getBytes(StandardCharsets.UTF_8);
            call.sendResponseHeaders(200, body.length);
            call.getResponseBody().write(body);
            call.close();
        });
        server.start();
        DatagramSocket dns = args.length == 1 ? null : new DatagramSocket(53);
        System.out.println("listening " + server.getAddress().getPort());
        while (dns != null) {
            answer(dns, InetAddress.getByName(args[1]).getAddress());
        }
    }

    /** To the one question, and to none but A with more than that there is nothing (RFC 1035, 4.1). */
    private static void answer(DatagramSocket dns, byte[] address) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[512], 512);
        dns.receive(packet);
        ByteBuffer question = ByteBuffer.wrap(packet.getData(), 0, packet.getLength());
        int end = 12;
        while (question.get(end) != 0) {
            end += 1 + question.get(end);
        }
        boolean isA = question.getShort(end + 1) == 1;
        ByteBuffer answer = ByteBuffer.allocate(512);
        answer.putShort(question.getShort(0)).putShort((short) 0x8180);
        answer.putShort((short) 1).putShort((short) (isA ? 1 : 0)).putInt(0);
        answer.put(question.array(), 12, end + 5 - 12);
        if (isA) {
            answer.putShort((short) 0xC00C).putInt(0x0001_0001).putInt(0);
            answer.putShort((short) address.length).put(address);
        }
        dns.send(new DatagramPacket(answer.array(), answer.position(), packet.getSocketAddress()));
    }
}
