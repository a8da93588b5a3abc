package dev.weft.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weft.engine.snapshot.HeaderEdits;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/** The URL stays logical, and everything that hangs on it stays right. */
final class PlaceStories {
    private static final String URL = "http://" + Rig.NAME;

    private final Rig rig;

    PlaceStories(Rig rig) {
        this.rig = rig;
    }

    @Story(number = 5, tells = "a redirect to the same name stays in the mesh, one to another name is looked up anew")
    void redirects() throws Exception {
        try (var outside = Peer.saying("outside");
                var users = Peer.saying("users");
                var orders = Peer.plain((request, out) -> {
                    switch (request.target()) {
                        case "/relative" -> out.header("Location", "/there?a=b").text(302, "gone");
                        case "/mesh" ->
                            out.header("Location", "http://users.weft.test/them")
                                    .text(302, "gone");
                        case "/outside" ->
                            out.header("Location", "http://127.0.0.1:" + outside.port() + "/it")
                                    .text(302, "gone");
                        default -> out.text(200, "orders " + request.target());
                    }
                });
                var client = rig.open(Knobs.PLAIN.followingRedirects())) {
            var edits = new HeaderEdits(List.of(), List.of(new HeaderEdits.Entry("x-rule", "orders")), List.of());
            rig.publish(Rules.snapshot(
                    Rules.of(orders.endpoint()).editing(edits), Rules.named("users.weft.test", users.endpoint())));
            assertEquals(
                    "orders /there?a=b",
                    client.send(Outgoing.get(URL + "/relative")).text());
            assertEquals(Rig.NAME, orders.received().get(1).header("host"));

            assertEquals("users", client.send(Outgoing.get(URL + "/mesh")).text());
            assertEquals("users.weft.test", users.received().get(0).header("host"));

            assertEquals("outside", client.send(Outgoing.get(URL + "/outside")).text());
            var went = outside.received().get(0);
            assertEquals("127.0.0.1:" + outside.port(), went.header("host"));
            assertEquals("/it", went.target());
            assertEquals("orders", orders.received().get(0).header("x-rule"));
        }
        rig.assertHealthy();
    }

    @Story(
            number = 6,
            tells = "the thread of an asynchronous caller is never held",
            needs = ClientUnderTest.Feature.ASYNC)
    void neverHeld() throws Exception {
        try (var slow = Peer.plain((request, out) -> out.hang());
                var client = rig.open(Knobs.PLAIN)) {
            rig.publish(Rules.snapshot(Rules.of(slow.endpoint())));
            var sending = client.start(Outgoing.get(URL)); // would never return if it waited for the answer
            Rig.await("the request arrives", () -> slow.received().size() == 1);
            sending.cancel();
            Rig.await("the connection is closed", () -> slow.open() == 0);
        }
        rig.assertHealthy();
    }

    @Story(number = 7, tells = "Host stays what the application wrote, and the rule's header edits are made")
    void headers() throws Exception {
        try (var peer = Peer.saying("hi");
                var client = rig.open(Knobs.PLAIN)) {
            rig.publish(Rules.snapshot(Rules.of(peer.endpoint())
                    .editing(new HeaderEdits(
                            List.of("x-secret"),
                            List.of(new HeaderEdits.Entry("x-lane", "blue")),
                            List.of(new HeaderEdits.Entry("x-hop", "weft"))))));
            client.send(Outgoing.get(URL + ":8080/p")
                            .header("X-Secret", "s")
                            .header("X-Lane", "red")
                            .header("X-Hop", "app"))
                    .text();
            var got = peer.received().get(0);
            assertEquals(Rig.NAME + ":8080", got.header("host"));
            assertNull(got.header("x-secret"));
            assertEquals(List.of("blue"), got.headers().get("x-lane"));
            assertEquals(List.of("app", "weft"), got.headers().get("x-hop"));
        }
        rig.assertHealthy();
    }

    @Story(number = 8, tells = "https asks for the logical name and checks the certificate against it")
    void tls() throws Exception {
        try (var right = Peer.tls(Papers.context(Papers.SHOP), false, (request, out) -> out.text(200, "right"));
                var wrong = Peer.tls(Papers.context(Papers.STRANGER), false, (request, out) -> out.text(200, "wrong"));
                var client = rig.open(Knobs.PLAIN.trusting(Papers.context(null, Papers.SHOP, Papers.STRANGER)))) {
            rig.publish(Rules.snapshot(Rules.of(right.endpoint())));
            assertEquals(
                    "right",
                    client.send(Outgoing.get("https://" + Rig.NAME + "/")).text());
            assertEquals(Rig.NAME, right.received().get(0).sni());
            assertEquals(Rig.NAME, right.received().get(0).header("host"));

            rig.publish(Rules.snapshot(Rules.of(wrong.endpoint())));
            assertThrows(IOException.class, () -> client.send(Outgoing.get("https://" + Rig.NAME + "/")));
            assertEquals(0, wrong.received().size());
        }
        rig.assertHealthy();
    }

    @Story(number = 9, tells = "cookies belong to the logical name, whatever endpoint set them")
    void cookies() throws Exception {
        Peer.Script script =
                (request, out) -> out.header("Set-Cookie", "id=7; Path=/").text(200, "set");
        try (var one = Peer.plain(script);
                var other = Peer.plain(script);
                var client = rig.open(Knobs.PLAIN.keepingCookies())) {
            rig.publish(Rules.snapshot(Rules.of(one.endpoint())));
            client.send(Outgoing.get(URL)).text();
            assertNull(one.received().get(0).header("cookie"));

            rig.publish(Rules.snapshot(Rules.of(other.endpoint())));
            client.send(Outgoing.get(URL)).text();
            String cookie = other.received().get(0).header("cookie");
            assertEquals("id=7", String.valueOf(cookie).replace("\"", ""));
        }
        rig.assertHealthy();
    }

    @Story(number = 10, tells = "kept connections belong to their endpoint and are used again")
    void keepAlive() throws Exception {
        Peer.Script script = (request, out) -> out.text(200, "ok");
        try (var one = Peer.plain(script);
                var other = Peer.plain(script);
                var client = rig.open(Knobs.PLAIN)) {
            rig.publish(Rules.snapshot(Rules.of(one.endpoint(), other.endpoint())));
            for (int i = 0; i < 20; i++) {
                client.send(Outgoing.get(URL)).text();
            }
            assertEquals(10, one.received().size());
            assertEquals(10, other.received().size());
            for (var peer : List.of(one, other)) {
                var used = peer.received().stream().map(Received::connection).collect(Collectors.toSet());
                assertEquals(1, used.size(), "connections to one endpoint");
            }
        }
        rig.assertHealthy();
    }
}
