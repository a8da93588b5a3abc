package dev.weft.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.client.report.Log;
import dev.weft.proxy.intercept.Heartbeat;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the rules of the kernel would see. */
class BeatingTest {
    private static final int ALIVE = 0;
    private static final int GONE = 1;

    private final List<String> warnings = new CopyOnWriteArrayList<>();
    private final Log log = new Log() {
        @Override
        public void info(String message) {}

        @Override
        public void warn(String message) {
            warnings.add(message);
        }
    };
    private final EventLoop loop = new DefaultEventLoop();
    private DatagramChannel kernel;
    private int port;

    @BeforeEach
    void start() throws Exception {
        kernel = DatagramChannel.open().bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
        port = ((InetSocketAddress) kernel.getLocalAddress()).getPort();
    }

    @AfterEach
    void stop() throws Exception {
        kernel.close();
        loop.shutdownGracefully();
    }

    private int bytes() throws Exception {
        ByteBuffer datagram = ByteBuffer.allocate(8);
        kernel.receive(datagram);
        return datagram.position();
    }

    @Test
    void itSaysThatItLivesAgainAndAgainAndThenNoMore() throws Exception {
        Beating beating = new Beating(loop, new Heartbeat(port, false), 1, log);
        beating.begin();
        for (int i = 0; i < 3; i++) {
            assertEquals(ALIVE, bytes());
        }
        beating.end();
        beating.end();
        int last = bytes();
        while (last == ALIVE) {
            last = bytes();
        }
        assertEquals(GONE, last);
        beating.close();
        kernel.configureBlocking(false);
        assertNull(kernel.receive(ByteBuffer.allocate(8)));
        assertEquals(List.of(), warnings);
    }

    @Test
    void whoClosesItAloneLeavesTheRulesToAnother() throws Exception {
        Beating beating = new Beating(loop, new Heartbeat(port, false), 60_000, log);
        beating.begin();
        beating.close();
        assertEquals(ALIVE, bytes());
        kernel.configureBlocking(false);
        assertNull(kernel.receive(ByteBuffer.allocate(8)));
    }

    @Test
    void thatItCanNotSayItIsSaidOnce() throws Exception {
        Heartbeat closed = new Heartbeat(port, false);
        closed.close();
        Beating beating = new Beating(loop, closed, 1, log);
        beating.begin();
        beating.end();
        assertEquals(1, warnings.size(), warnings.toString());
        assertTrue(warnings.get(0).contains("can't be told that the proxy lives"), warnings.get(0));
    }
}
