package dev.weft.proxy.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.proxy.Backend;
import dev.weft.proxy.Client;
import dev.weft.proxy.HandClock;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Peers that close, or reset their connection, after each byte that they could have said. */
class ClosingPeersTest {
    private static final String GET = "GET /x HTTP/1.1\r\nHost: app\r\nConnection: close\r\n\r\n";
    private static final String LENGTH = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";
    private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final String TILL_CLOSE = "HTTP/1.1 200 OK\r\nX: y\r\n\r\n";

    /** Which way requests go. */
    private enum Way {
        IN,
        OUT
    }

    private final Rig.Outwards outwards = new Rig.Outwards();
    private Rig rig;

    private Rig rig(Way way, Backend backend) throws IOException {
        Function<Exchange, Course> courses = way == Way.IN
                ? new Rig.Inwards().to(backend.address())
                : outwards.to(System::nanoTime, backend.address());
        rig = new Rig(System::nanoTime, Http1Limits.DEFAULT, courses);
        return rig;
    }

    @AfterEach
    void end() {
        rig.close();
        outwards.close();
        assertEquals(List.of(), outwards.bugs);
    }

    @ParameterizedTest
    @EnumSource
    void aRequestThatBreaksOffIsNeverWholeAndNothingIsLeftOfIt(Way way) throws Exception {
        AtomicInteger whole = new AtomicInteger();
        AtomicInteger open = new AtomicInteger();
        try (Backend backend = new Backend(with -> {
            open.incrementAndGet();
            try {
                while (with.request() != null) {
                    whole.incrementAndGet();
                    with.say(Backend.ok("fine"));
                }
            } finally {
                open.decrementAndGet();
            }
        })) {
            Rig proxy = rig(way, backend);
            for (String request : List.of(
                    GET,
                    "POST /x HTTP/1.1\r\nHost: app\r\nContent-Length: 5\r\n\r\nhello",
                    "PUT / HTTP/1.1\r\nHost: app\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nX: y\r\n\r\n")) {
                for (int at = 0; at < request.length(); at++) {
                    try (Client closing = proxy.client();
                            Client resetting = proxy.client()) {
                        closing.send(request.substring(0, at));
                        resetting.send(request.substring(0, at)).reset();
                    }
                }
            }
            HandClock.until("all clients have gone", () -> proxy.connections() == 0);
            HandClock.until("their requests have gone too", () -> open.get() == 0);
            assertEquals(0, whole.get());
            try (Client client = proxy.client()) {
                assertTrue(client.send(GET).rest().endsWith("fine"));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void anAnswerThatBreaksOffIsNeverTakenForAWholeOne(Way way) throws Exception {
        for (String answer : List.of(
                LENGTH + "hello",
                CHUNKED + "5\r\nhello\r\n0\r\nX: y\r\n\r\n",
                TILL_CLOSE + "hello",
                "HTTP/1.1 103 Early Hints\r\nA: b\r\n\r\n" + LENGTH + "hello")) {
            AtomicInteger at = new AtomicInteger();
            for (boolean reset : new boolean[] {false, true}) {
                try (Backend backend = new Backend(with -> {
                    with.request();
                    with.say(answer.substring(0, at.get()));
                    if (reset) {
                        with.reset();
                    }
                })) {
                    try (Rig proxy = rig(way, backend)) {
                        for (; at.get() < answer.length(); at.incrementAndGet()) {
                            try (Client client = proxy.client()) {
                                seenToBreakOff(
                                        answer,
                                        at.get(),
                                        reset,
                                        client.send(GET).rest());
                            }
                        }
                        at.set(0);
                        HandClock.until("nothing is left", () -> proxy.connections() == 0);
                    }
                }
            }
        }
    }

    private static void seenToBreakOff(String answer, int at, boolean reset, String got) {
        String what = "after " + at + " of '" + answer + "', reset " + reset + ": " + got;
        String last = got.substring(got.startsWith("HTTP/1.1 103 ") ? got.indexOf("\r\n\r\n") + 4 : 0);
        if (last.startsWith("HTTP/1.1 503 ")) {
            return; // nothing of it was led on
        }
        assertTrue(at >= answer.lastIndexOf("\r\n\r\n", answer.length() - 5) + 4, what);
        if (!answer.startsWith(TILL_CLOSE)) {
            assertFalse(last.endsWith("\r\n\r\nhello") || last.endsWith("0\r\nX: y\r\n\r\n"), what);
        } else if (reset) {
            assertTrue(last.endsWith("<reset>"), what);
        }
    }
}
