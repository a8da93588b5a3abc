package dev.weft.it;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The endpoints of a case on real ports of 127.0.0.1: each for one address in one cluster. */
final class WirePeers implements AutoCloseable {
    /** Calls with it ask which configuration is in force. */
    static final String PROBE = "x-wire-probe";

    /**
     * What an endpoint does with a request.
     *
     * @param status 0 for a reset of the connection
     */
    record Manner(int status, Map<String, String> headers) {
        static final Manner WELL = new Manner(200, Map.of());
    }

    /**
     * A request that came.
     *
     * @param headers by name in lower case, several values joined with commas
     */
    record Hit(String cluster, String address, String target, Map<String, String> headers) {}

    private final Map<String, ServerSocket> servers = new HashMap<>();
    private final List<Hit> hits = new ArrayList<>();
    private List<Manner> manners = List.of();

    /** The port of an address in a cluster. */
    synchronized int port(String cluster, String address) {
        return servers.computeIfAbsent(cluster + " " + address, key -> open(cluster, address))
                .getLocalPort();
    }

    private ServerSocket open(String cluster, String address) {
        try {
            ServerSocket server = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
            daemon(() -> serve(server, cluster, address));
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "peer");
        thread.setDaemon(true);
        thread.start();
    }

    /** From now on nothing has come, and requests meet these manners in the order in which they come. */
    synchronized void expect(List<Manner> next) {
        hits.clear();
        manners = List.copyOf(next);
    }

    synchronized List<Hit> hits() {
        return List.copyOf(hits);
    }

    private void serve(ServerSocket server, String cluster, String address) {
        try {
            while (true) {
                Socket socket = server.accept();
                daemon(() -> answer(socket, cluster, address));
            }
        } catch (IOException closed) {
            return; // the case is over
        }
    }

    private void answer(Socket accepted, String cluster, String address) {
        try (Socket socket = accepted) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            String[] first = line(in).split(" ");
            if (first.length < 2) {
                return; // a connection that nobody used
            }
            Map<String, String> headers = new TreeMap<>();
            for (String line = line(in); !line.isEmpty(); line = line(in)) {
                int colon = line.indexOf(':');
                if (colon < 0) {
                    return; // no HTTP
                }
                headers.merge(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip(),
                        (one, two) -> one + "," + two);
            }
            body(in, headers);
            Manner manner;
            int number;
            synchronized (this) {
                boolean probe = headers.containsKey(PROBE);
                number = hits.size();
                manner = probe || number >= manners.size() ? Manner.WELL : manners.get(number);
                if (!probe) {
                    hits.add(new Hit(cluster, address, first[1], headers));
                }
            }
            if (manner.status == 0) {
                socket.setSoLinger(true, 0);
                return;
            }
            StringBuilder head = new StringBuilder("HTTP/1.1 " + manner.status + " As told\r\nConnection: close\r\n");
            manner.headers.forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
            String body = "attempt " + (number + 1);
            head.append("Content-Length: " + body.length() + "\r\n\r\n").append(body);
            socket.getOutputStream().write(head.toString().getBytes(StandardCharsets.UTF_8));
        } catch (IOException gone) {
            return; // the caller has given up
        }
    }

    /** Read whole, because who is still sending would be told by a reset. */
    private static void body(InputStream in, Map<String, String> headers) throws IOException {
        if (headers.containsKey("transfer-encoding")) {
            for (int octets = -1; octets != 0; ) {
                octets = Integer.parseInt(line(in), 16);
                in.readNBytes(octets);
                line(in);
            }
        } else {
            in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    @Override
    public synchronized void close() {
        for (ServerSocket server : servers.values()) {
            try {
                server.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
