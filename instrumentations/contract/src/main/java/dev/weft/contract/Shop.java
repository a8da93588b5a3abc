package dev.weft.contract;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An HTTP server on a real socket that remembers what it was asked. */
public final class Shop implements AutoCloseable {
    static {
        // Read once, by the first server: else a body waits 40 ms for the acknowledgement of its head.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private static final List<Socket> TAKEN = new CopyOnWriteArrayList<>();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<String> hosts = new CopyOnWriteArrayList<>();
    private final List<InetSocketAddress> callers = new CopyOnWriteArrayList<>();

    public Shop(HttpHandler handler) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + body);
            hosts.add(exchange.getRequestHeaders().getFirst("Host"));
            callers.add(exchange.getRemoteAddress());
            try (exchange) {
                handler.handle(exchange);
            }
        });
        server.start();
    }

    public static Shop saying(int status, String text) throws IOException {
        return new Shop(exchange -> say(exchange, status, text));
    }

    public static void say(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    /** A port on which nobody listens, and nobody will: it is taken. */
    public static int deadPort() throws IOException {
        var taken = new Socket();
        taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        TAKEN.add(taken);
        return taken.getLocalPort();
    }

    /** Each request as its method, target and body. */
    public List<String> asked() {
        return asked;
    }

    /** What each request had as its {@code Host}. */
    public List<String> hosts() {
        return hosts;
    }

    /** Whose connection each request came over. */
    public List<InetSocketAddress> callers() {
        return callers;
    }

    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
