package dev.weft.proxy.listen;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.proxy.Client;
import dev.weft.proxy.HandClock;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When connections are taken, and who is told that it takes no more. */
class ListenerTest {
    private static final Object END = new Object();

    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicInteger told = new AtomicInteger();
    private final Loops<String> loops = new Loops<>(Sockets.best(), 2, loop -> "nothing");
    private final Listener listener;

    ListenerTest() throws IOException {
        Listener.Counts counts = new Listener.Counts() {
            @Override
            public void accepted() {
                accepted.incrementAndGet();
            }

            @Override
            public void closed() {}

            @Override
            public void overLimit() {}
        };
        listener = Listener.open(
                loops,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                1_000,
                counts,
                nothing -> new ClosesWhenTold(told));
    }

    @AfterEach
    void end() {
        listener.close();
        loops.close();
    }

    @ChannelHandler.Sharable
    private static final class ClosesWhenTold extends ChannelInboundHandlerAdapter {
        private final AtomicInteger told;

        ClosesWhenTold(AtomicInteger told) {
            this.told = told;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event == END) {
                told.incrementAndGet();
                context.close();
            }
        }
    }

    @Test
    void whoComesBeforeAllIsThereWaits() throws Exception {
        try (Client early = new Client(listener.address())) {
            for (EventExecutor loop : loops.group()) {
                loop.submit(() -> {}).sync();
            }
            assertEquals(0, accepted.get());
            listener.resume();
            HandClock.until("it is taken", () -> accepted.get() == 1);
            listener.drain(END);
            assertEquals("", early.rest());
        }
    }
}
