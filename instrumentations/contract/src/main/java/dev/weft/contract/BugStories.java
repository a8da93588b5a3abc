package dev.weft.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.snapshot.Balancer;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.Snapshot;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Our bugs cost the application nothing, and nothing is sent twice because of them. */
final class BugStories {
    private static final String URL = "http://" + Rig.NAME + "/";

    private final Rig rig;

    BugStories(Rig rig) {
        this.rig = rig;
    }

    @Story(number = 14, tells = "a bug of ours before the first attempt lets the call go as without us")
    void before() throws Exception {
        try (var real = Peer.saying("real");
                var endpoint = Peer.saying("endpoint");
                var other = Peer.saying("endpoint");
                var client = rig.open(Knobs.PLAIN)) {
            // A name that resolves without us, so that there is something to fall back to.
            String url = "http://localhost:" + real.port() + "/";
            rig.publish(byLot(
                    Rules.snapshot(Rules.named("localhost:" + real.port(), endpoint.endpoint(), other.endpoint()))));
            assertEquals("endpoint", client.send(Outgoing.get(url)).text());
            rig.engineBroken(true);
            assertEquals("real", client.send(Outgoing.get(url)).text());
            assertEquals(1, real.received().size());
            assertEquals(1, endpoint.received().size() + other.received().size());
            assertFalse(rig.bugs().isEmpty(), "the bug went unnoticed");
        }
    }

    /** The same with endpoints that are drawn, so that chance is needed also where no trace begins. */
    private static Snapshot byLot(Snapshot plain) {
        Map<String, Cluster> clusters = new HashMap<>();
        for (Cluster one : plain.clusters().values()) {
            clusters.put(
                    one.name(),
                    new Cluster(
                            one.name(),
                            Balancer.RANDOM,
                            one.endpoints(),
                            one.transport(),
                            one.outlier(),
                            one.panicThreshold(),
                            one.budget(),
                            one.connectTimeoutNanos()));
        }
        return new Snapshot("by lot", plain.directory(), plain.hosts(), clusters);
    }

    @Story(number = 15, tells = "a bug of ours after the first attempt gives the application what that attempt got")
    void after() throws Exception {
        Peer.Script script = (request, out) -> {
            rig.engineBroken(true);
            out.text(503, "first");
        };
        try (var one = Peer.plain(script);
                var other = Peer.plain(script);
                var client = rig.open(Knobs.PLAIN)) {
            rig.publish(
                    Rules.snapshot(Rules.of(one.endpoint(), other.endpoint()).retrying()));
            var answer = client.send(Outgoing.get(URL));
            assertEquals(503, answer.status());
            assertEquals("first", answer.text());
            assertEquals(1, one.received().size() + other.received().size());
            assertFalse(rig.bugs().isEmpty(), "the bug went unnoticed");
        }
    }

    @Story(number = 16, tells = "a bug of ours while the answer is handed over never sends the request again")
    void inDeliver() throws Exception {
        rig.weaveFailingInDeliver();
        try (var peer = Peer.saying("answer");
                var client = rig.open(Knobs.PLAIN)) {
            rig.publish(Rules.snapshot(Rules.of(peer.endpoint()).retrying()));
            try {
                assertEquals("answer", client.send(Outgoing.post(URL, "order")).text());
            } catch (IOException said) {
                // Where the library's answer can't be had without the adapter, the failure says so.
                assertTrue(said.toString().contains("mesh"), said.toString());
            }
            assertEquals(1, peer.received().size());
            assertFalse(rig.bugs().isEmpty(), "the bug went unnoticed");
        } finally {
            rig.unweave();
        }
    }

    @Story(number = 17, tells = "the kill switch lets calls under way end, and later ones go as without us")
    void killSwitch() throws Exception {
        var thrown = new CountDownLatch(1);
        try (var real = Peer.saying("real");
                var slow = Peer.plain((request, out) -> {
                    thrown.await(90, TimeUnit.SECONDS);
                    out.text(200, "ended");
                });
                var client = rig.open(Knobs.PLAIN)) {
            String url = "http://localhost:" + real.port() + "/";
            rig.publish(Rules.snapshot(
                    Rules.named("localhost:" + real.port(), slow.endpoint()), Rules.of(slow.endpoint())));
            var sending = client.start(Outgoing.get(url));
            Rig.await("the request arrives", () -> slow.received().size() == 1);
            rig.killed(true);
            thrown.countDown();
            assertEquals("ended", sending.await().text());
            assertEquals("real", client.send(Outgoing.get(url)).text());
            assertThrows(IOException.class, () -> client.send(Outgoing.get(URL)));
            rig.killed(false);
            assertEquals("ended", client.send(Outgoing.get(url)).text());

            rig.unweave();
            assertEquals("real", client.send(Outgoing.get(url)).text());
            assertEquals(2, slow.received().size());
        } finally {
            rig.unweave();
        }
    }
}
