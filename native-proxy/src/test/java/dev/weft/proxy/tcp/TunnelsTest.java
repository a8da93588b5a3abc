package dev.weft.proxy.tcp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.proxy.listen.Listener;
import dev.weft.proxy.listen.Loops;
import dev.weft.proxy.listen.Sockets;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What goes through a tunnel comes out of it, ends included. */
@Timeout(300) // a server that nobody reads from would wait for ever
class TunnelsTest {
    private static final int PATIENCE_MILLIS = 60_000;

    private volatile Tunnels tunnels = new Tunnels(5_000_000_000L, Long.MAX_VALUE, System::nanoTime);
    private Loops<EventLoop> loops;
    private ServerSocket server;
    private Listener listener;

    private static final class Uncounted implements Listener.Counts {
        @Override
        public void accepted() {}

        @Override
        public void closed() {}

        @Override
        public void overLimit() {}
    }

    @BeforeEach
    void start() throws IOException {
        loops = new Loops<>(Sockets.best(), 1, loop -> loop);
        server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        server.setSoTimeout(PATIENCE_MILLIS);
        InetSocketAddress to = (InetSocketAddress) server.getLocalSocketAddress();
        listener = Listener.open(
                loops,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                10,
                new Uncounted(),
                loop -> new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        tunnels.lead(channel, to);
                    }
                });
        listener.resume();
    }

    @AfterEach
    void stop() throws IOException {
        listener.close();
        loops.close();
        server.close();
    }

    private Socket client() throws IOException {
        Socket client =
                new Socket(InetAddress.getLoopbackAddress(), listener.address().getPort());
        client.setSoTimeout(PATIENCE_MILLIS);
        return client;
    }

    private Socket accept() throws IOException {
        Socket accepted = server.accept();
        accepted.setSoTimeout(PATIENCE_MILLIS);
        return accepted;
    }

    @Test
    void whoHasSaidTheLastStillGetsTheAnswer() throws Exception {
        byte[] question = new byte[3_000_000];
        new Random(1).nextBytes(question);
        try (Socket client = client()) {
            CompletableFuture<byte[]> echoed = CompletableFuture.supplyAsync(() -> {
                try (Socket there = accept()) {
                    byte[] heard = there.getInputStream().readAllBytes();
                    there.getOutputStream().write(heard);
                    return heard;
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            client.getOutputStream().write(question);
            client.shutdownOutput();
            assertArrayEquals(question, client.getInputStream().readAllBytes());
            assertEquals(question.length, echoed.get().length);
        }
    }

    @Test
    void whoHasSaidTheLastBeforeAnybodyIsConnectedStillGetsTheAnswer() throws Exception {
        for (int i = 0; i < 20; i++) {
            assertEquals("whole", earlyEnd(new byte[10_000]));
        }
    }

    @Test
    void whoHasSaidTheLastGetsAnAnswerThatFillsHisSocketAgainAndAgain() throws Exception {
        for (int i = 0; i < 5; i++) {
            assertEquals("whole", earlyEnd(new byte[30_000_000]));
        }
    }

    /** A client that has said its last at once; what has become of the answer. */
    private String earlyEnd(byte[] answer) throws Exception {
        CompletableFuture<Integer> heard = CompletableFuture.supplyAsync(() -> {
            try (Socket there = accept()) {
                int octets = there.getInputStream().readAllBytes().length;
                there.getOutputStream().write(answer);
                return octets;
            } catch (IOException e) {
                return -1; // the way back was cut
            }
        });
        try (Socket client = client()) {
            client.getOutputStream().write('?');
            client.shutdownOutput();
            int octets = client.getInputStream().readAllBytes().length;
            heard.get();
            return octets == answer.length ? "whole" : "cut after " + octets;
        } catch (IOException e) {
            heard.get();
            return "reset";
        }
    }

    @Test
    void theServerMaySpeakFirst() throws Exception {
        try (Socket client = client();
                Socket there = accept()) {
            there.getOutputStream().write('!');
            assertEquals('!', client.getInputStream().read());
            assertTrue(tunnels.isOwn(there.getPort()));
            assertFalse(tunnels.isOwn(client.getLocalPort()));
        }
    }

    @Test
    void aResetGoesThroughAsAReset() throws Exception {
        try (Socket client = client();
                Socket there = accept()) {
            there.getOutputStream().write('!');
            assertEquals('!', client.getInputStream().read());
            there.setSoLinger(true, 0);
            there.close();
            assertThrows(IOException.class, () -> client.getInputStream().read());
        }
    }

    @Test
    void whereNothingMovesForTooLongBothSidesAreReset() throws Exception {
        tunnels = new Tunnels(5_000_000_000L, 50_000_000L, System::nanoTime);
        try (Socket client = client();
                Socket there = accept()) {
            assertThrows(IOException.class, () -> client.getInputStream().read());
            assertThrows(IOException.class, () -> there.getInputStream().read());
        }
    }

    @Test
    void whereNobodyListensTheClientIsReset() throws Exception {
        server.close();
        assertThrows(IOException.class, () -> {
            try (Socket client = client()) {
                client.getInputStream().read();
            }
        });
    }
}
