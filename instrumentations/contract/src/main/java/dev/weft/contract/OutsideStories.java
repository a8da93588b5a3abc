package dev.weft.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** What is not ours is left alone. */
final class OutsideStories {
    private final Rig rig;

    OutsideStories(Rig rig) {
        this.rig = rig;
    }

    @Story(number = 18, tells = "a host outside the mesh is called as without us")
    void otherHosts() throws Exception {
        try (var outside = Peer.saying("outside");
                var inside = Peer.saying("inside");
                var client = rig.open(Knobs.PLAIN)) {
            String url = "http://localhost:" + outside.port() + "/x?y=z";
            rig.publish(Rules.snapshot(
                    Rules.of(inside.endpoint()), Rules.named("localhost:" + inside.port(), inside.endpoint())));
            var with = client.send(Outgoing.get(url).header("X-App", "1"));
            assertEquals("outside", with.text());
            rig.unweave();
            client.send(Outgoing.get(url).header("X-App", "1")).text();
            var requests = outside.received();
            assertEquals(requests.get(1).headers(), requests.get(0).headers());
            assertEquals(requests.get(1).target(), requests.get(0).target());
            assertNull(requests.get(0).header("traceparent"));
            assertEquals(0, inside.received().size());
            assertEquals(0, rig.finished().size());
            assertThrows(IOException.class, () -> client.send(Outgoing.get("http://unknown.weft.test/")));
        }
    }

    @Story(number = 19, tells = "a proxy that the application configured decides where calls go")
    void ownProxy() throws Exception {
        try (var proxy = Peer.saying("through the proxy");
                var endpoint = Peer.saying("endpoint")) {
            var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), proxy.port());
            try (var client = rig.open(Knobs.PLAIN.through(address))) {
                rig.publish(Rules.snapshot(Rules.of(endpoint.endpoint())));
                var answer = client.send(Outgoing.get("http://" + Rig.NAME + "/p"));
                assertEquals("through the proxy", answer.text());
                assertEquals(
                        "http://" + Rig.NAME + "/p", proxy.received().get(0).target());
                assertEquals(0, endpoint.received().size());
            }
        }
        rig.assertHealthy();
    }
}
