package dev.weft.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.call.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Limits pass, callers give up; nothing of an attempt that was stopped remains. */
final class TimeStories {
    private static final String URL = "http://" + Rig.NAME + "/";
    private static final Duration SHORT = Duration.ofMillis(300);

    private final Rig rig;

    TimeStories(Rig rig) {
        this.rig = rig;
    }

    /** For calls of this client; afterwards the rig is as at the beginning. */
    private Duration limit(Duration usual, ClientUnderTest.Client client) throws Exception {
        rig.assertHealthy();
        rig.reset();
        try (var prompt = Peer.saying("prompt")) {
            rig.publish(Rules.snapshot(Rules.of(prompt.endpoint())));
            Duration limit =
                    Rig.ample(usual, () -> client.send(Outgoing.get(URL)).text());
            rig.awaitFinished(Rig.MEASURED);
            return limit;
        } finally {
            rig.reset();
        }
    }

    @Story(number = 11, tells = "the time limit of a call is kept, the route's as well as the application's own")
    void perCall() throws Exception {
        try (var slow = Peer.plain((request, out) -> out.hang());
                var client = rig.open(Knobs.PLAIN)) {
            Duration limit = limit(SHORT, client);
            rig.publish(Rules.snapshot(Rules.of(slow.endpoint()).within(limit)));
            assertThrows(IOException.class, () -> client.send(Outgoing.get(URL)));
            rig.publish(Rules.snapshot(Rules.of(slow.endpoint())));
            assertThrows(IOException.class, () -> client.send(Outgoing.get(URL).within(limit)));
            assertEquals(2, slow.received().size());
            Rig.await("both connections are closed", () -> slow.open() == 0);
            rig.awaitFinished(2);
        }
        var late = new CountDownLatch(1);
        try (var streaming = Peer.plain((request, out) -> {
                    try (var body = out.open(200)) {
                        do {
                            // Where the limit is one for silences, there are none.
                            body.write('.');
                            body.flush();
                        } while (!late.await(200, TimeUnit.MILLISECONDS));
                        body.write("late".getBytes(StandardCharsets.US_ASCII));
                    }
                });
                var client = rig.open(Knobs.PLAIN)) {
            Duration limit = limit(Duration.ofSeconds(1), client);
            rig.publish(Rules.snapshot(Rules.of(streaming.endpoint())));
            // The application's limit is one for the head, or for silences: reading all may take longer.
            var answer = client.send(Outgoing.get(URL).within(limit));
            Peer.run("late", () -> {
                long since = System.nanoTime();
                Rig.await("the limit has passed", () -> System.nanoTime() - since > limit.toNanos() * 11 / 10);
                late.countDown();
            });
            assertTrue(answer.text().endsWith("late"));
        }
        rig.assertHealthy();
    }

    @Story(
            number = 12,
            tells = "an endpoint that hangs or trickles meets the limit of a try, another answers, nothing leaks")
    void perTry() throws Exception {
        hanging((request, out) -> out.hang());
        hanging((request, out) -> out.trickle());
    }

    private void hanging(Peer.Script slow) throws Exception {
        var first = new AtomicBoolean(true);
        Peer.Script script = (request, out) -> {
            if (first.getAndSet(false)) {
                slow.answer(request, out);
            } else {
                out.text(200, "at last");
            }
        };
        rig.reset();
        try (var one = Peer.plain(script);
                var other = Peer.plain(script);
                var client = rig.open(Knobs.PLAIN)) {
            Duration limit = limit(SHORT, client);
            rig.publish(
                    Rules.snapshot(Rules.of(one.endpoint(), other.endpoint()).retryingAfter(limit)));
            assertEquals("at last", client.send(Outgoing.get(URL)).text());
            assertEquals(1, one.received().size());
            assertEquals(1, other.received().size());
            // The connection of the try that was stopped is gone; the other one is kept.
            Rig.await("one connection is left", () -> one.open() + other.open() == 1);
            for (int i = 0; i < 4; i++) {
                assertEquals("at last", client.send(Outgoing.get(URL)).text());
            }
            rig.awaitFinished(5);
        }
        rig.assertHealthy();
    }

    @Story(
            number = 31,
            tells =
                    "a body that is silent for too long is broken off, and one that the application leaves alone is not")
    void perTryIdle() throws Exception {
        try (var silent = Peer.plain((request, out) -> {
                    out.open(200).write("begun".getBytes(StandardCharsets.US_ASCII));
                    out.hang();
                });
                var client = rig.open(Knobs.PLAIN)) {
            Duration limit = limit(SHORT, client);
            rig.publish(Rules.snapshot(Rules.of(silent.endpoint()).idlingAtMost(limit)));
            var broken = client.send(Outgoing.get(URL));
            assertThrows(IOException.class, broken::text);
            Rig.await("the connection is closed", () -> silent.open() == 0);
            rig.awaitFinished(1);
            var attempt = rig.finished().get(0).attempts().get(0);
            assertEquals(Outcome.DEADLINE, attempt.verdict());
        }
        rig.reset();
        try (var prompt = Peer.saying("all of it");
                var client = rig.open(Knobs.PLAIN)) {
            Duration limit = limit(SHORT, client);
            rig.publish(Rules.snapshot(Rules.of(prompt.endpoint()).idlingAtMost(limit)));
            var answer = client.send(Outgoing.get(URL));
            long since = System.nanoTime();
            Rig.await("the limit has passed", () -> System.nanoTime() - since > 2 * limit.toNanos());
            assertEquals("all of it", answer.text());
            rig.awaitFinished(1);
        }
        rig.assertHealthy();
    }

    @Story(number = 13, tells = "a call that the application gives up is given up at the endpoint")
    void cancel() throws Exception {
        try (var slow = Peer.plain((request, out) -> out.hang());
                var client = rig.open(Knobs.PLAIN)) {
            rig.publish(Rules.snapshot(Rules.of(slow.endpoint()).retrying()));
            var sending = client.start(Outgoing.get(URL));
            Rig.await("the request arrives", () -> slow.received().size() == 1);
            sending.cancel();
            assertThrows(Exception.class, sending::await);
            Rig.await("the connection is closed", () -> slow.open() == 0);
            rig.awaitFinished(1);
            assertEquals(1, slow.received().size());
            assertTrue(rig.finished().get(0).attempts().size() == 1, "it was sent again");
        }
        rig.assertHealthy();
    }
}
