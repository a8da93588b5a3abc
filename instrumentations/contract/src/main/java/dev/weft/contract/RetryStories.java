package dev.weft.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.call.Outcome;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What is sent again, and what never is. */
final class RetryStories {
    private static final String URL = "http://" + Rig.NAME + "/things?x=1";

    private final Rig rig;

    RetryStories(Rig rig) {
        this.rig = rig;
    }

    @Story(number = 1, tells = "a dead endpoint is passed over, and the next one answers")
    void deadEndpoint() throws Exception {
        try (var alive = Peer.saying("alive");
                var client = rig.open(Knobs.PLAIN)) {
            rig.publish(Rules.snapshot(Rules.of(Peer.dead(), alive.endpoint()).retrying()));
            for (int i = 0; i < 6; i++) {
                assertEquals("alive", client.send(Outgoing.get(URL)).text());
            }
            assertEquals(6, alive.received().size());
            assertEquals("/things?x=1", alive.received().get(0).target());
            rig.awaitFinished(6);
            var met = rig.finished().stream()
                    .filter(call -> call.attempts().size() > 1)
                    .toList();
            assertFalse(met.isEmpty(), "no call met the dead endpoint");
            for (var call : met) {
                assertEquals(Outcome.CONNECT_FAILURE, call.attempts().get(0).verdict());
            }
        }
        rig.assertHealthy();
    }

    @Story(number = 2, tells = "a 503 of one endpoint is answered by another, and the application never sees it")
    void unavailable() throws Exception {
        try (var sick = Peer.plain((request, out) -> out.text(503, "sick"));
                var well = Peer.saying("well");
                var client = rig.open(Knobs.PLAIN)) {
            rig.publish(
                    Rules.snapshot(Rules.of(sick.endpoint(), well.endpoint()).retrying()));
            for (int i = 0; i < 6; i++) {
                var answer = client.send(Outgoing.get(URL));
                assertEquals(200, answer.status());
                assertEquals("well", answer.text());
            }
            assertTrue(sick.received().size() > 0, "nothing was sent to the endpoint that answers 503");
            assertEquals(6, well.received().size());
            // A dropped answer is drained, so that its connection comes back for a later call.
            for (int i = 0; i < 200 && sick.accepted() == sick.received().size(); i++) {
                client.send(Outgoing.get(URL)).text();
            }
            assertTrue(sick.accepted() < sick.received().size(), "no connection of a dropped answer was used again");
        }
        rig.assertHealthy();
    }

    @Story(number = 3, tells = "a POST is sent again with its whole body where the route says so, and nowhere else")
    void replay() throws Exception {
        try (var sick = Peer.plain((request, out) -> out.text(503, "sick"));
                var well = Peer.plain((request, out) -> out.text(200, request.method() + " " + request.text()));
                var client = rig.open(Knobs.PLAIN)) {
            var rules = Rules.of(sick.endpoint(), well.endpoint());
            rig.publish(Rules.snapshot(rules.retryingAll()));
            for (int i = 0; i < 4; i++) {
                var answer = client.send(Outgoing.post(URL, "one order"));
                assertEquals("POST one order", answer.text());
            }
            assertTrue(sick.received().size() > 0, "nothing was sent to the endpoint that answers 503");
            assertEquals("one order", sick.received().get(0).text());

            rig.publish(Rules.snapshot(rules.retrying()));
            int before = sick.received().size() + well.received().size();
            for (int i = 0; i < 4; i++) {
                client.send(Outgoing.post(URL, "one order")).text();
            }
            assertEquals(before + 4, sick.received().size() + well.received().size());
        }
        rig.assertHealthy();
    }

    @Story(
            number = 4,
            tells = "a body that can be read once is sent to another endpoint only while nothing of it was read")
    void oneShot() throws Exception {
        try (var sick = Peer.plain((request, out) -> out.text(503, "sick"));
                var well = Peer.plain((request, out) -> out.text(200, request.text()));
                var client = rig.open(Knobs.PLAIN)) {
            rig.publish(Rules.snapshot(Rules.of(sick.endpoint()).retryingAll()));
            var refused = client.send(Outgoing.postOnce(URL, once("spent")));
            assertEquals(503, refused.status());
            refused.text();
            assertEquals(1, sick.received().size());

            rig.publish(Rules.snapshot(Rules.of(Peer.dead(), well.endpoint()).retrying()));
            for (int i = 0; i < 4; i++) {
                assertEquals(
                        "whole",
                        client.send(Outgoing.postOnce(URL, once("whole"))).text());
            }
            assertEquals(4, well.received().size());
        }
        rig.assertHealthy();
    }

    @Story(number = 35, tells = "every attempt bears the call's place in the trace, once")
    void traced() throws Exception {
        try (var sick = Peer.plain((request, out) -> out.text(503, "sick"));
                var well = Peer.saying("well");
                var client = rig.open(Knobs.PLAIN)) {
            rig.publish(
                    Rules.snapshot(Rules.of(sick.endpoint(), well.endpoint()).retrying()));
            for (int i = 0; i < 4; i++) {
                assertEquals("well", client.send(Outgoing.get(URL)).text());
            }
            assertTrue(sick.received().size() > 0, "nothing was sent to the endpoint that answers 503");
            for (Peer peer : List.of(sick, well)) {
                for (Received one : peer.received()) {
                    assertEquals(
                            1,
                            one.headers().getOrDefault("traceparent", List.of()).size(),
                            "places in the trace");
                }
            }
        }
        rig.assertHealthy();
    }

    private static ByteArrayInputStream once(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
}
