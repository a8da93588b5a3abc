package dev.weft.proxy.systemd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.proxy.listen.Sockets;
import io.netty.channel.unix.DomainDatagramSocketAddress;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What arrives at a real socket of the kind that systemd has. */
class NotifierTest {
    @TempDir
    Path folder;

    private final List<String> warned = new ArrayList<>();

    @BeforeEach
    void epoll() {
        assumeTrue(Sockets.best() == Sockets.EPOLL, "there is no epoll here");
    }

    private Notifier notifier(String socket) throws IOException {
        return Notifier.of(Map.of("NOTIFY_SOCKET", socket), warned::add);
    }

    private static Socket listening(String path) throws IOException {
        Socket socket = Socket.newSocketDomainDgram();
        socket.bind(new DomainSocketAddress(path));
        return socket;
    }

    /** The next datagram; null when there is none. */
    private static String next(Socket socket) throws IOException {
        ByteBuffer octets = ByteBuffer.allocateDirect(4096);
        DomainDatagramSocketAddress from = socket.recvFromDomainSocket(octets, 0, octets.capacity());
        if (from == null) {
            return null;
        }
        byte[] text = new byte[from.receivedAmount()];
        octets.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }

    @Test
    void systemdLearnsWhoServesAndThatItStops() throws Exception {
        String path = folder.resolve("notify").toString();
        Socket systemd = listening(path);
        Notifier notifier = notifier(path);
        notifier.ready(4711);
        notifier.stopping();
        assertEquals("READY=1\nMAINPID=4711", next(systemd));
        assertEquals("STOPPING=1", next(systemd));
        assertEquals(null, next(systemd));
        systemd.close();
        assertEquals(List.of(), warned);
    }

    @Test
    void aSocketMayHaveANameInsteadOfAFile() throws Exception {
        String name = "weft-test-" + ProcessHandle.current().pid();
        Socket systemd = listening("\0" + name);
        notifier("@" + name).stopping();
        assertEquals("STOPPING=1", next(systemd));
        systemd.close();
        assertEquals(List.of(), warned);
    }

    @Test
    void whoIsNotAskedTellsNobody() throws Exception {
        Notifier notifier = Notifier.of(Map.of(), warned::add);
        notifier.ready(1);
        notifier.stopping();
        assertEquals(List.of(), warned);
    }

    @Test
    void aSystemdThatIsGoneIsSaid() throws Exception {
        notifier(folder.resolve("gone").toString()).ready(1);
        assertEquals(1, warned.size());
        assertTrue(warned.get(0).startsWith("NOTIFY_SOCKET: "), warned.get(0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"notify", "/", "vsock:2:1234", "@"})
    void whatIsNoUnixSocketIsRefused(String socket) {
        assertTrue(assertThrows(IOException.class, () -> notifier(socket))
                .getMessage()
                .contains("'" + socket + "'"));
    }
}
