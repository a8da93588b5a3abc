package dev.weft.agent.admin;

import dev.weft.admin.AdminHandler;
import dev.weft.admin.AdminPages;
import dev.weft.admin.Guard;
import dev.weft.agent.log.Log;
import dev.weft.agent.log.LogLevel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * Serves {@link AdminPages} over HTTP/1.1, on one daemon thread. Not {@code com.sun.net.httpserver},
 * which would initialise {@code java.util.logging}. Heads are limited, bodies not read, a connection
 * lives for seconds, and there are few of them at a time.
 */
public final class AdminServer implements AutoCloseable {
    private static final int MAX_VISITS = 16;
    private static final long VISIT_NANOS = 5_000_000_000L;
    private static final long LOOK_MILLIS = 1_000;

    private final ServerSocketChannel server;
    private final @Nullable Path socket;
    private final Selector selector;
    private final AdminHandler handler;
    private final Log log;

    private AdminServer(ServerSocketChannel server, @Nullable Path socket, AdminHandler handler, Log log)
            throws IOException {
        this.server = server;
        this.socket = socket;
        this.handler = handler;
        this.log = log;
        this.selector = Selector.open();
        server.configureBlocking(false);
        server.register(selector, SelectionKey.OP_ACCEPT);
    }

    /**
     * Binds and starts serving.
     *
     * @param address loopback {@code host:port} or {@code unix:///path}
     * @param token what requests that change something must bear
     */
    public static AdminServer start(String address, String token, AdminPages pages, Log log) throws IOException {
        boolean unix = address.startsWith("unix://");
        Path socket = unix ? Path.of(address.substring("unix://".length())) : null;
        ServerSocketChannel channel =
                socket != null ? ServerSocketChannel.open(StandardProtocolFamily.UNIX) : ServerSocketChannel.open();
        try {
            if (socket != null) {
                Stale.remove(socket);
                channel.bind(UnixDomainSocketAddress.of(socket));
                Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
            } else {
                channel.bind(tcp(address));
            }
            AdminServer server = new AdminServer(channel, socket, new AdminHandler(new Guard(token), pages), log);
            Thread thread = new Thread(null, server::serve, "weft-admin", 0, false);
            thread.setDaemon(true);
            thread.start();
            return server;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static SocketAddress tcp(String address) throws IOException {
        int colon = address.lastIndexOf(':');
        String host = address.substring(0, colon).replace("[", "").replace("]", "");
        InetAddress loopback =
                host.equals("localhost") ? InetAddress.getLoopbackAddress() : InetAddress.getByName(host);
        return new InetSocketAddress(loopback, Integer.parseInt(address.substring(colon + 1)));
    }

    /** Where it can be reached: {@code host:port} or {@code unix:///path}. */
    public String address() throws IOException {
        if (socket != null) {
            return "unix://" + socket.toAbsolutePath();
        }
        InetSocketAddress bound = (InetSocketAddress) server.getLocalAddress();
        String host = bound.getAddress().getHostAddress();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + bound.getPort();
    }

    @Override
    public void close() throws IOException {
        server.close();
        selector.wakeup();
        if (socket != null) {
            Files.deleteIfExists(socket);
        }
    }

    private void serve() {
        try (selector) {
            while (server.isOpen()) {
                selector.select(LOOK_MILLIS);
                for (SelectionKey key : selector.selectedKeys()) {
                    handle(key);
                }
                selector.selectedKeys().clear();
                dropLate();
            }
            for (SelectionKey key : selector.keys()) {
                drop(key.channel()); // nobody else knows of these
            }
        } catch (IOException | RuntimeException e) {
            log.failure("admin", LogLevel.ERROR, "admin endpoint: stopped: " + e);
            drop(server);
        }
    }

    private void handle(SelectionKey key) {
        if (!(key.attachment() instanceof Visit visit)) {
            accept();
            return;
        }
        try {
            boolean there = !key.isValid() || !key.isReadable() || visit.read();
            boolean done = visit.answers() && visit.write();
            if (done || !there && !visit.answers()) {
                drop(visit.channel);
            } else if (visit.answers()) {
                key.interestOps(SelectionKey.OP_WRITE);
            }
        } catch (IOException | RuntimeException e) {
            drop(visit.channel); // the peer has gone
        }
    }

    private void accept() {
        SocketChannel channel = null;
        try {
            channel = server.accept();
            if (channel == null) {
                return;
            }
            if (selector.keys().size() > MAX_VISITS) {
                drop(channel);
                return;
            }
            channel.configureBlocking(false);
            boolean sameUser = socket != null && Peer.isOwnerOf(socket, channel);
            long deadline = System.nanoTime() + VISIT_NANOS;
            Visit visit = new Visit(channel, deadline, socket != null, sameUser, handler);
            channel.register(selector, SelectionKey.OP_READ, visit);
        } catch (IOException | RuntimeException e) {
            if (channel != null) {
                drop(channel); // gone before it said anything
            }
        }
    }

    private void dropLate() {
        long now = System.nanoTime();
        for (SelectionKey key : selector.keys()) {
            if (key.attachment() instanceof Visit visit && now - visit.deadline > 0) {
                drop(visit.channel);
            }
        }
    }

    private static void drop(java.nio.channels.Channel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // Closing is all that was left to do with it.
        }
    }
}
