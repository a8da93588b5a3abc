package dev.weft.proxy.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.proxy.Backend;
import dev.weft.proxy.Client;
import dev.weft.proxy.HandClock;
import io.netty.channel.Channel;
import java.io.IOException;
import java.net.SocketException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Peers that say or take a byte now and then, or nothing any more. Time is turned by hand. */
class SlowPeersTest {
    private static final String GET = "GET /x HTTP/1.1\r\nHost: app\r\n\r\n";
    private static final long MILLI = 1_000_000;
    private static final long HEAD = 4 * MILLI;
    private static final long IDLE = MILLI;
    private static final long STREAM = 8 * MILLI;
    private static final Http1Limits LIMITS =
            new Http1Limits(HeadLimits.DEFAULT, HEAD, IDLE, STREAM, TimeUnit.MINUTES.toNanos(1), 0);

    private final HandClock clock = new HandClock();
    private final Rig.Inwards inwards = new Rig.Inwards();
    private Rig rig;

    private Client client(Backend backend) throws IOException {
        rig = new Rig(clock, LIMITS, inwards.to(backend.address()));
        return rig.client();
    }

    @AfterEach
    void end() {
        rig.close();
    }

    private void closesInTime() {
        clock.turnUntil(STREAM, "all connections of clients are closed", () -> rig.connections() == 0);
    }

    private void givesUpInTime() {
        clock.turnUntil(STREAM, "the request is over", () -> inwards.over.get() == 1);
    }

    @Test
    void anUploadThatDripsGoesThrough() throws Exception {
        String head = "POST / HTTP/1.1\r\nHost: app\r\nContent-Length: 10\r\n\r\n";
        try (Backend backend = new Backend(Backend.always(Backend.ok("all")));
                Client client = client(backend)) {
            client.send(head);
            for (int i = 1; i <= 10; i++) {
                int there = head.length() + i;
                client.send("x");
                HandClock.until("a byte arrives", () -> backend.received().length() == there);
                clock.turn(STREAM * 3 / 4);
            }
            assertEquals(Backend.ok("all"), client.answer());
        }
    }

    @Test
    void anUploadThatStallsIsEndedOnBothSides() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        try (Backend backend = new Backend(with -> {
                    assertEquals(null, with.request());
                    ended.countDown();
                });
                Client client = client(backend)) {
            client.send("POST / HTTP/1.1\r\nHost: app\r\nContent-Length: 30\r\n\r\nsome");
            HandClock.until("it arrives", () -> backend.received().endsWith("some"));
            givesUpInTime();
            String answer = client.rest();
            assertTrue(answer.startsWith("HTTP/1.1 408 ") && answer.contains("\r\nconnection: close\r\n"), answer);
            assertTrue(ended.await(60, TimeUnit.SECONDS));
        }
    }

    @Test
    void aHeadThatDripsIsNotWaitedForLongerThanOneThatStalls() throws Exception {
        try (Backend backend = new Backend(Backend.always(Backend.ok("")));
                Client client = client(backend)) {
            try {
                for (int i = 0; i < 20 && rig.traffic.malformed.sum() == 0; i++) {
                    client.send(GET.substring(i, i + 1));
                    clock.turn(HEAD / 4);
                }
            } catch (SocketException closed) {
                // as it should be
            }
            assertTrue(client.rest().startsWith("HTTP/1.1 408 "));
            assertEquals("", backend.received());
        }
    }

    /** A server that says what it is told, a part at a time. */
    private static final class Dripping implements Backend.Play {
        private final LinkedBlockingQueue<String> parts = new LinkedBlockingQueue<>();
        private final AtomicInteger said = new AtomicInteger();
        private final CountDownLatch ended = new CountDownLatch(1);

        @Override
        public void serve(Backend.Conversation with) throws IOException {
            with.request();
            try {
                for (String part = parts.take(); !part.isEmpty(); part = parts.take()) {
                    with.say(part);
                    said.incrementAndGet();
                }
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            while (with.read() >= 0) {} // until the proxy hangs up
            ended.countDown();
        }

        void say(String part) {
            int before = said.get();
            parts.add(part);
            HandClock.until("it is said", () -> said.get() > before);
        }
    }

    @Test
    void anAnswerThatDripsGoesThrough() throws Exception {
        Dripping server = new Dripping();
        String answer = Backend.ok("slowly");
        try (Backend backend = new Backend(server);
                Client client = client(backend)) {
            client.send(GET);
            for (int i = 0; i < answer.length(); i += 4) {
                server.say(answer.substring(i, Math.min(i + 4, answer.length())));
                clock.turn(STREAM * 3 / 4);
            }
            assertEquals(answer, client.answer());
        }
    }

    @Test
    void anAnswerThatStallsInItsHeadIsA504() throws Exception {
        Dripping server = new Dripping();
        try (Backend backend = new Backend(server);
                Client client = client(backend)) {
            client.send(GET);
            server.say("HTTP/1.1 200 O");
            givesUpInTime();
            assertTrue(client.answer().startsWith("HTTP/1.1 504 "));
            server.parts.add("");
            assertTrue(server.ended.await(60, TimeUnit.SECONDS));
        }
    }

    @Test
    void anAnswerThatStallsInItsBodyIsSeenToBreakOff() throws Exception {
        Dripping server = new Dripping();
        try (Backend backend = new Backend(server);
                Client client = client(backend)) {
            client.send(GET);
            server.say("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
            client.head();
            assertEquals("half", client.read(4));
            closesInTime();
            assertEquals("", client.rest());
            server.parts.add("");
            assertTrue(server.ended.await(60, TimeUnit.SECONDS));
        }
    }

    /** What says that an answer is over. */
    private enum End {
        LENGTH("GET / HTTP/1.1\r\nHost: app\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: " + SIZE + "\r\n\r\n"),
        LAST("GET / HTTP/1.1\r\nHost: app\r\nConnection: close\r\n\r\n", LENGTH.answer),
        CONNECTION("GET / HTTP/1.0\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n");

        private final String request;
        private final String answer;

        End(String request, String answer) {
            this.request = request;
            this.answer = answer;
        }
    }

    private static final int SIZE = 2 << 20;

    private static Backend.Play saying(End end) {
        return with -> {
            with.request();
            with.say(end.answer);
            String block = "x".repeat(1 << 14);
            for (int i = 0; i < SIZE >> 14; i++) {
                with.say(block);
            }
            if (end != End.CONNECTION) {
                with.read();
            }
        };
    }

    /** Reads a part of an answer, until the proxy has the rest and some of that waits for the client; how much was read. */
    private int readsUntilTheServerIsDone(Client client) throws Exception {
        Channel channel = rig.accepted.take();
        int taken = 0;
        while (inwards.over.get() == 0) {
            if (channel.isWritable()) {
                Thread.onSpinWait(); // more of it comes, or it is over
            } else {
                taken += client.read(1 << 12).length();
            }
        }
        assertTrue(Rig.untaken(channel) > 0, "nothing waits for the client");
        return taken;
    }

    @ParameterizedTest
    @EnumSource
    void whoTakesAnAnswerSlowlyGetsAllOfIt(End end) throws Exception {
        try (Backend backend = new Backend(saying(end));
                Client client = client(backend)) {
            client.send(end.request).head();
            int taken = readsUntilTheServerIsDone(client);
            for (int i = 0; i < 6; i++) {
                clock.turn(IDLE);
            }
            String rest = end == End.LENGTH ? client.read(SIZE - taken) : client.rest();
            assertEquals(SIZE, taken + rest.length());
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoTakesNothingMoreSeesThatSomethingIsMissing(End end) throws Exception {
        try (Backend backend = new Backend(saying(end));
                Client client = client(backend)) {
            client.send(end.request).head();
            int taken = readsUntilTheServerIsDone(client);
            closesInTime();
            String rest = client.rest();
            assertTrue(
                    rest.endsWith("<reset>") || end == End.LENGTH && taken + rest.length() < SIZE,
                    rest.length() + " bytes, and an end");
        }
    }

    @Test
    void whoNeverReadsHoldsItsServerBackAndIsLeftInTheEnd() throws Exception {
        int size = 64 << 20;
        AtomicBoolean allSaid = new AtomicBoolean();
        CountDownLatch ended = new CountDownLatch(1);
        try (Backend backend = new Backend(with -> {
                    with.request();
                    with.say("HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n");
                    String block = "x".repeat(1 << 16);
                    try {
                        for (int i = 0; i < size >> 16; i++) {
                            with.say(block);
                        }
                        allSaid.set(true);
                    } finally {
                        ended.countDown();
                    }
                });
                Client client = client(backend)) {
            client.send(GET);
            Channel channel = rig.accepted.take();
            HandClock.until("its answer has come", () -> !channel.isWritable());
            closesInTime();
            assertTrue(ended.await(60, TimeUnit.SECONDS));
            assertFalse(allSaid.get(), "64 MiB stood in buffers");
        }
    }

    @Test
    void whatWasReadOfWhoTakesNothingYetIsNotLostByADrain() throws Exception {
        String page = "x".repeat(8 * 1024);
        rig = new Rig(
                clock,
                LIMITS,
                Courses.pages((asked, answer) -> answer.accept(new Pages.Page(200, "text/plain", page))));
        try (Client client = rig.client()) {
            client.send("GET /much HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".repeat(200));
            Channel channel = rig.accepted.take();
            HandClock.until("it has enough", () -> !channel.isWritable());
            rig.drain();
            String all = client.rest();
            String last = all.substring(all.lastIndexOf("HTTP/1.1 200 OK"));
            assertTrue(last.contains("\r\nconnection: close\r\n") && last.endsWith(page), last.substring(0, 200));
        }
    }

    @Test
    void whoAsksOnAndOnAndNeverReadsIsNotAnsweredMoreThanThereIsRoomFor() throws Exception {
        AtomicInteger served = new AtomicInteger();
        String page = "x".repeat(8 * 1024);
        rig = new Rig(clock, LIMITS, Courses.pages((asked, answer) -> {
            served.incrementAndGet();
            answer.accept(new Pages.Page(200, "text/plain", page));
        }));
        String request = "GET /x HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
        try (Client greedy = rig.client();
                Client other = rig.client()) {
            CompletableFuture<Void> asking = CompletableFuture.runAsync(() -> {
                try {
                    greedy.send(request.repeat(10_000));
                } catch (IOException closed) {
                    // as it should be
                }
            });
            Channel channel = rig.accepted.take();
            HandClock.until("it has enough", () -> !channel.isWritable());
            int others = 300;
            for (int i = 0; i < others; i++) {
                other.send(request).answer(); // so often the loop has looked at both
            }
            assertTrue(served.get() - others < 100, served + " pages of 8 KiB were made");
            other.close();
            closesInTime();
            asking.get(60, TimeUnit.SECONDS);
        }
    }
}
