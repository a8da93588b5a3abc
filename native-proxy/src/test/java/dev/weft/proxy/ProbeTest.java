package dev.weft.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.proxy.listen.Loops;
import dev.weft.proxy.listen.Sockets;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is seen of an application that comes, goes and comes again. */
class ProbeTest {
    private static final int LOOK_MILLIS = 5;

    @ParameterizedTest
    @EnumSource
    void eachChangeIsNewsOnce(Sockets sockets) throws Exception {
        BlockingQueue<Boolean> news = new LinkedBlockingQueue<>();
        InetSocketAddress address = Ports.nobody();
        try (Loops<String> loops = new Loops<>(sockets, 1, loop -> "nothing")) {
            Probe probe = new Probe(loops.first(), address, LOOK_MILLIS, news::add);
            probe.begin();
            for (int round = 0; round < 2; round++) {
                try (ServerSocket there = new ServerSocket(address.getPort(), 1000, address.getAddress())) {
                    assertEquals(Boolean.TRUE, news.poll(60, TimeUnit.SECONDS));
                    there.accept().close();
                }
                assertEquals(Boolean.FALSE, news.poll(60, TimeUnit.SECONDS));
            }
            probe.end();
        }
        assertEquals(0, news.size());
    }
}
