package dev.weft.proxy.listen;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.proxy.Client;
import dev.weft.proxy.HandClock;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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

    /** One of the loops is busy while connections come, so that theirs are registered after the others were told. */
    @Test
    void whatWasAcceptedAndStillWaitsForItsLoopIsToldToo() throws Exception {
        listener.resume();
        List<Client> clients = new ArrayList<>();
        CountDownLatch busy = new CountDownLatch(1);
        EventLoop server = loops.first();
        for (EventExecutor loop : loops.group()) {
            if (loop != server) {
                loop.execute(() -> {
                    try {
                        busy.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
            }
        }
        for (int i = 0; i < 6; i++) {
            clients.add(new Client(listener.address()));
        }
        HandClock.until("every other one is there", () -> accepted.get() == 3);
        CompletableFuture<Void> drains = CompletableFuture.runAsync(() -> listener.drain(END));
        HandClock.until("nobody can come any more", () -> !comes(clients));
        busy.countDown();
        drains.get(60, TimeUnit.SECONDS);
        HandClock.until(
                "all have come, were told and have gone",
                () -> accepted.get() > 3 && told.get() >= accepted.get() && listener.connections() == 0);
        for (Client client : clients) {
            client.close();
        }
    }

    private boolean comes(List<Client> clients) {
        try {
            clients.add(new Client(listener.address()));
            return true;
        } catch (IOException refused) {
            return false;
        }
    }
}
