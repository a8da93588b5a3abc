package dev.weft.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.snapshot.Transport;
import java.io.IOException;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;

/** How the bytes travel. */
final class TransportStories {
    private static final long LARGE = 24L << 20;
    private static final String URL = "http://" + Rig.NAME + "/";

    private final Rig rig;

    TransportStories(Rig rig) {
        this.rig = rig;
    }

    @Story(number = 23, tells = "an http call travels over TLS with a client certificate where the attempt asks for it")
    void seam() throws Exception {
        var sni = "outbound.80." + Rig.NAME;
        var mesh = new Transport.Tls(Papers.context(Papers.CLIENT, Papers.WORKLOAD), sni, List.of());
        var stranger = new Transport.Tls(Papers.context(Papers.STRANGER, Papers.WORKLOAD), sni, List.of());
        try (var peer = Peer.tls(
                        Papers.context(Papers.WORKLOAD, Papers.CLIENT), true, (request, out) -> out.text(200, "safe"));
                var client = rig.open(Knobs.PLAIN)) {
            rig.publish(Rules.snapshot(Rules.of(peer.endpoint()).over(mesh)));
            for (int i = 0; i < 3; i++) {
                assertEquals("safe", client.send(Outgoing.get(URL)).text());
            }
            var got = peer.received().get(0);
            assertEquals("CN=client", got.client());
            assertEquals(sni, got.sni());
            assertEquals(Rig.NAME, got.header("host"));
            assertEquals(1, peer.accepted(), "connections are kept");

            // Another identity never travels over a connection of this one.
            rig.publish(Rules.snapshot(Rules.of(peer.endpoint()).over(stranger)));
            assertThrows(IOException.class, () -> client.send(Outgoing.get(URL)));
            assertEquals(3, peer.received().size());
        }
        rig.assertHealthy();
    }

    @Story(
            number = 24,
            tells = "HTTP/2 keeps one connection for each endpoint, in the clear, over TLS and over the mesh's TLS",
            needs = ClientUnderTest.Feature.HTTP2)
    void http2() throws Exception {
        try (var one = Http2Peer.plain("one");
                var other = Http2Peer.plain("other");
                var client = rig.open(Knobs.PLAIN.speakingHttp2())) {
            rig.publish(Rules.snapshot(Rules.of(one.endpoint(), other.endpoint())));
            perEndpoint(client, URL, one, other);
        }
        var shop = Papers.context(Papers.SHOP);
        try (var one = Http2Peer.tls("one", shop, false);
                var other = Http2Peer.tls("other", shop, false);
                var client = rig.open(Knobs.PLAIN.speakingHttp2().trusting(Papers.context(null, Papers.SHOP)))) {
            rig.publish(Rules.snapshot(Rules.of(one.endpoint(), other.endpoint())));
            perEndpoint(client, "https://" + Rig.NAME + "/", one, other);
        }
        var workload = Papers.context(Papers.WORKLOAD, Papers.CLIENT);
        var mesh = new Transport.Tls(Papers.context(Papers.CLIENT, Papers.WORKLOAD), "", List.of());
        try (var one = Http2Peer.tls("one", workload, true);
                var other = Http2Peer.tls("other", workload, true);
                var client = rig.open(Knobs.PLAIN.speakingHttp2())) {
            rig.publish(
                    Rules.snapshot(Rules.of(one.endpoint(), other.endpoint()).over(mesh)));
            perEndpoint(client, URL, one, other);
        }
        rig.assertHealthy();
    }

    private static void perEndpoint(ClientUnderTest.Client client, String url, Http2Peer one, Http2Peer other)
            throws Exception {
        for (int i = 0; i < 10; i++) {
            client.send(Outgoing.post(url, "body " + i)).text();
        }
        for (var peer : List.of(one, other)) {
            assertEquals(5, peer.streams(), "streams of one endpoint");
            assertEquals(1, peer.accepted(), "connections of one endpoint");
            assertTrue(peer.authorities().stream().allMatch(Rig.NAME::equals), "authority: " + peer.authorities());
            assertEquals(5, peer.traces().size(), "each request has its trace once");
        }
    }

    @Story(number = 25, tells = "large bodies stream whole, both ways")
    void large() throws Exception {
        long crc = Large.crc(LARGE);
        try (var peer = Peer.plain((request, out) -> {
                    if (request.method().equals("POST")) {
                        out.text(200, Long.toString(request.crc()));
                    } else {
                        out.large(LARGE);
                    }
                });
                var client = rig.open(Knobs.PLAIN)) {
            rig.publish(Rules.snapshot(Rules.of(peer.endpoint()).retrying()));
            var up = client.send(Outgoing.postOnce(URL, new Large(LARGE)));
            assertEquals(Long.toString(crc), up.text());
            assertEquals(LARGE, peer.received().get(0).length());

            var down = client.send(Outgoing.get(URL));
            try (var body = new CheckedInputStream(down.body(), new CRC32())) {
                assertEquals(LARGE, body.transferTo(java.io.OutputStream.nullOutputStream()));
                assertEquals(crc, body.getChecksum().getValue());
            }
            rig.awaitFinished(2);

            // An application that has seen enough closes; that ends the attempt too.
            client.send(Outgoing.get(URL)).body().close();
            rig.awaitFinished(3);
        }
        rig.assertHealthy();
    }
}
