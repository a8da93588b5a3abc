package dev.weft.proxy.systemd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.proxy.listen.Sockets;
import io.netty.channel.ChannelException;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Descriptors of this process stand for those that systemd gives, which begin elsewhere. */
class ActivationTest {
    private static final long PID = 4711;

    @BeforeEach
    void epoll() {
        assumeTrue(Sockets.best() == Sockets.EPOLL, "there is no epoll here");
    }

    private static List<FileDescriptor> given(int first, String count, String pid) throws IOException {
        return Activation.sockets(Map.of("LISTEN_FDS", count, "LISTEN_PID", pid), PID, first);
    }

    private static String refused(int descriptor) {
        return String.valueOf(assertThrows(IOException.class, () -> given(descriptor, "1", "4711"))
                .getMessage());
    }

    @Test
    void socketsThatListenAreTakenByWhomTheyAreFor() throws Exception {
        Socket socket = Socket.newSocketStream();
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        socket.listen(1);
        int first = socket.intValue();
        assertEquals(
                List.of(first),
                given(first, "1", "4711").stream().map(FileDescriptor::intValue).toList());
        assertEquals(List.of(), given(first, "1", "4712"), "they are another process's");
        assertEquals(List.of(), given(first, "", "4711"));
        assertEquals(List.of(), Activation.sockets(Map.of(), PID));
        socket.close();
    }

    @Test
    void whatIsNoListenerIsRefused() throws Exception {
        Socket datagrams = Socket.newSocketDomainDgram();
        Socket unbound = Socket.newSocketStream();
        for (Socket socket : List.of(datagrams, unbound)) {
            assertEquals(
                    "LISTEN_FDS: descriptor " + socket.intValue() + " is no socket of TCP that listens (ListenStream=)",
                    refused(socket.intValue()));
            socket.close();
        }
        assertTrue(refused(1 << 20).contains("no socket"), "it isn't there");
    }

    /** The JDK's block until they are told not to. */
    @Test
    void oneThatBlocksIsRefused() throws Exception {
        try (ServerSocketChannel blocking =
                ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            InetSocketAddress address = (InetSocketAddress) blocking.getLocalAddress();
            int descriptor = descriptor(address.getPort());
            assertTrue(refused(descriptor).endsWith("the service needs NonBlocking=true"));
            blocking.configureBlocking(false);
            assertEquals(1, given(descriptor, "1", "4711").size());
        }
    }

    private static int descriptor(int port) throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.mapToInt(file -> Integer.parseInt(file.getFileName().toString()))
                    .filter(descriptor -> isAt(descriptor, port))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static boolean isAt(int descriptor, int port) {
        try {
            InetSocketAddress address = new Socket(descriptor).localAddress();
            return address != null && address.getPort() == port;
        } catch (ChannelException noSocket) {
            return false;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "-1", "1000", "256"})
    void whatIsNoNumberOfSocketsIsRefused(String count) {
        assertTrue(assertThrows(IOException.class, () -> given(3, count, "4711"))
                .getMessage()
                .contains("'" + count + "'"));
    }
}
