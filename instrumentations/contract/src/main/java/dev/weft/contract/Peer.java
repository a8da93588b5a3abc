package dev.weft.contract;

import dev.weft.engine.snapshot.Endpoint;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** A small HTTP/1.1 server on a real socket that follows a script and remembers what it was asked. */
public final class Peer implements AutoCloseable {
    /** What to answer. */
    public interface Script {
        void answer(Received request, Out out) throws Exception;
    }

    private final ServerSocket listener;
    private final Script script;
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();

    private Peer(ServerSocket listener, Script script) {
        this.listener = listener;
        this.script = script;
        run("peer-" + listener.getLocalPort(), this::accept);
    }

    public static Peer plain(Script script) throws IOException {
        return new Peer(new ServerSocket(0, 1100, loopback()), script);
    }

    /** Says this on every request. */
    public static Peer saying(String text) throws IOException {
        return plain((request, out) -> out.text(200, text));
    }

    public static Peer tls(SSLContext context, boolean clientCertificate, Script script) throws IOException {
        var listener = (SSLServerSocket) context.getServerSocketFactory().createServerSocket(0, 100, loopback());
        listener.setNeedClientAuth(clientCertificate);
        return new Peer(listener, script);
    }

    /** An address on which nobody listens. */
    public static Endpoint dead() throws IOException {
        return Endpoint.of(new InetSocketAddress(loopback(), Shop.deadPort()));
    }

    static InetAddress loopback() {
        return InetAddress.getLoopbackAddress();
    }

    static void run(String name, Runnable task) {
        var thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    public InetSocketAddress address() {
        return new InetSocketAddress(loopback(), listener.getLocalPort());
    }

    public int port() {
        return listener.getLocalPort();
    }

    public Endpoint endpoint() {
        return Endpoint.of(address());
    }

    /** Every request whose body has arrived whole. */
    public List<Received> received() {
        return received;
    }

    /** Connections accepted so far. */
    public int accepted() {
        return accepted.get();
    }

    /** Connections open now. */
    public int open() {
        return open.size();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                socket.setTcpNoDelay(true); // else a body waits 40 ms for the acknowledgement of its head
                open.add(socket);
                int number = accepted.incrementAndGet();
                run("peer-" + listener.getLocalPort() + "-" + number, () -> serve(socket, number));
            } catch (IOException closed) {
                return; // the listener was closed: the story is over
            }
        }
    }

    private void serve(Socket socket, int number) {
        try (socket) {
            String sni = null;
            String client = null;
            if (socket instanceof SSLSocket tls) {
                tls.startHandshake();
                sni = sni(tls);
                client = tls.getNeedClientAuth()
                        ? tls.getSession().getPeerPrincipal().getName()
                        : null;
            }
            var in = new BufferedInputStream(socket.getInputStream());
            var out = new Out(socket, in);
            while (true) {
                Received request = Received.read(in, socket.getOutputStream(), number, sni, client);
                if (request == null) {
                    return;
                }
                received.add(request);
                script.answer(request, out.fresh());
                if (out.last()) {
                    return;
                }
            }
        } catch (IOException broken) {
            return; // the client went away, or refused our certificate: stories look at its side
        } catch (Exception failure) {
            throw new AssertionError("the script of a peer failed", failure);
        } finally {
            open.remove(socket);
        }
    }

    private static @Nullable String sni(SSLSocket socket) {
        for (var name : ((ExtendedSSLSession) socket.getSession()).getRequestedServerNames()) {
            if (name instanceof SNIHostName host) {
                return host.getAsciiName();
            }
        }
        return null;
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
