package dev.weft.it;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** A server on all addresses of its host that says its name: {@code Plain NAME}. Prints {@code listening PORT}. */
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
        System.out.println("listening " + server.getAddress().getPort());
    }
}
