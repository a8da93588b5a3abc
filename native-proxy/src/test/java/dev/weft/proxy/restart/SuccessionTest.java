package dev.weft.proxy.restart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.proxy.Client;
import dev.weft.proxy.listen.Listener;
import dev.weft.proxy.listen.Loops;
import dev.weft.proxy.listen.Sockets;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sockets go from one to the next, within one process here. */
class SuccessionTest {
    @TempDir
    Path folder;

    private final CountDownLatch succeeded = new CountDownLatch(1);
    private Loops<String> loops;

    @BeforeEach
    void start() {
        assumeTrue(Sockets.best() == Sockets.EPOLL, "there is no epoll here");
        loops = new Loops<>(Sockets.EPOLL, 1, loop -> "nothing");
    }

    @AfterEach
    void end() {
        loops.close();
    }

    private static final Listener.Counts UNCOUNTED = new Listener.Counts() {
        @Override
        public void accepted() {}

        @Override
        public void closed() {}

        @Override
        public void overLimit() {}
    };

    /** At a port of its own. */
    private Listener says(String word) throws IOException {
        Listener listener = says(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), word);
        listener.resume();
        return listener;
    }

    private Listener says(InetSocketAddress address, String word) throws IOException {
        return Listener.open(loops, address, 100, UNCOUNTED, nothing -> new Says(word));
    }

    /** Says a word, and closes. */
    @ChannelHandler.Sharable
    private static final class Says extends ChannelInboundHandlerAdapter {
        private final String word;

        Says(String word) {
            this.word = word;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            ByteBuf said = context.alloc().buffer();
            said.writeBytes(word.getBytes(StandardCharsets.ISO_8859_1));
            context.writeAndFlush(said).addListener(done -> context.close());
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ReferenceCountUtil.release(message);
        }
    }

    @Test
    void theSuccessorServesWhereTheFirstDid() throws Exception {
        Path path = folder.resolve("hot.sock");
        Listener first = says("first");
        Listener dropped = says("dropped");
        List<FileDescriptor> sockets = List.of(first.descriptor(), dropped.descriptor());
        try (Handover handover = Handover.bind(path, loops.first(), () -> sockets, succeeded::countDown, said -> {})) {
            handover.open();
            try (Stream<Path> files = Files.list(folder)) {
                assertEquals(List.of(path), files.toList());
            }
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));

            Succession succession = Succession.of(path, loops.first());
            assertTrue(succession.isAny());
            loops.inherit(succession.sockets());
            Listener second = says(first.address(), "second");
            assertEquals(first.address(), second.address());
            assertEquals(List.of(dropped.address()), succession.sockets().closeRest());
            for (int i = 0; i < 20; i++) {
                assertEquals("first", said(first.address()));
            }
            second.resume();
            succession.ready();
            assertTrue(succeeded.await(60, TimeUnit.SECONDS));
            InetSocketAddress address = first.address();
            first.close();
            for (int i = 0; i < 20; i++) {
                assertEquals("second", said(address));
            }
            second.close();
            dropped.close();
        }
        assertTrue(Files.exists(path), "it may be the successor's by now");
    }

    private static String said(InetSocketAddress address) throws IOException {
        try (Client client = new Client(address)) {
            return client.rest();
        }
    }

    @Test
    void aSuccessorThatEndsChangesNothing() throws Exception {
        Path path = folder.resolve("hot.sock");
        Listener first = says("first");
        try (Handover handover = Handover.bind(
                path, loops.first(), () -> List.of(first.descriptor()), succeeded::countDown, said -> {})) {
            handover.open();
            try (SocketChannel gone = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
                assertEquals(2, gone.read(ByteBuffer.allocate(2)));
            }
            assertEquals("first", said(first.address()));
            assertEquals(1, succeeded.getCount());
        }
        first.close();
    }

    @Test
    void whereNoSuccessorCouldAskNothingIsBegun() throws Exception {
        Path path = folder.resolve("missing").resolve("hot.sock");
        IOException error = assertThrows(
                IOException.class,
                () -> Handover.bind(path, loops.first(), List::of, succeeded::countDown, said -> {}));
        assertEquals("hot.restart " + path + ": there is no folder for it", error.getMessage());
    }

    @Test
    void oneThatEndsBeforeItServesLeavesNoFile() throws Exception {
        Path path = folder.resolve("hot.sock");
        Handover.bind(path, loops.first(), List::of, succeeded::countDown, said -> {})
                .close();
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(), files.toList());
        }
    }

    @Test
    void whereNobodyIsThereIsNobodyToSucceed() throws Exception {
        Path path = folder.resolve("hot.sock");
        assertFalse(Succession.of(path, loops.first()).isAny());
        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(path))
                .close();
        assertFalse(Succession.of(path, loops.first()).isAny(), "the file of one that was killed");
    }

    @ParameterizedTest
    @CsvSource({"'\u0002\u0001', speaks version 2", "'', has closed the conversation"})
    void whoeverElseIsThereIsSaid(String answer, String why) throws Exception {
        Path path = folder.resolve("hot.sock");
        try (ServerSocketChannel other =
                ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(path))) {
            CompletableFuture<Void> said = CompletableFuture.runAsync(() -> {
                try (SocketChannel channel = other.accept()) {
                    channel.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.ISO_8859_1)));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            IOException error = assertThrows(IOException.class, () -> Succession.of(path, loops.first()));
            assertTrue(String.valueOf(error.getMessage()).contains(why), error.getMessage());
            said.join();
        }
    }
}
