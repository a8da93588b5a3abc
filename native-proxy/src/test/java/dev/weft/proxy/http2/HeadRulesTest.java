package dev.weft.proxy.http2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.HeaderEdits;
import dev.weft.engine.snapshot.Match;
import dev.weft.engine.snapshot.Protocol;
import dev.weft.engine.snapshot.RetryPolicy;
import dev.weft.engine.snapshot.Route;
import dev.weft.proxy.Backend;
import dev.weft.proxy.Client;
import dev.weft.proxy.Defaults;
import dev.weft.proxy.http1.Forwarding;
import dev.weft.proxy.http1.HeadRules;
import dev.weft.proxy.http1.Http1Limits;
import dev.weft.proxy.http1.PathNormalization;
import dev.weft.proxy.http1.RequestId;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Rules see what the server gets, in whatever protocol it comes and goes on. */
class HeadRulesTest {
    private static final Pattern ID = Pattern.compile("\r\nx-request-id: ([0-9a-f-]{36})\r\n");
    private static final HeadRules SIDECAR = Defaults.HEADS;

    /** {@code /admin} is for nobody. */
    private static final List<Route> GUARDED = List.of(
            new Route(
                    "guarded",
                    new Match(new Match.PathMatch.SeparatedPrefix("/admin"), List.of()),
                    new Action.DirectResponse(403, "")),
            new Route("all", Match.ANY, Action.Forward.to("shop")));

    private static Served served(HeadRules rules) throws IOException {
        return new Served(Http1Limits.DEFAULT.with(rules), Http2Limits.DEFAULT);
    }

    private static String status(Client client, String target) throws IOException {
        return client.send("GET " + target + " HTTP/1.1\r\nHost: shop\r\n\r\n")
                .answer()
                .substring(9, 12);
    }

    private static Http2Headers asked(Frames client, int stream, String path, String type) throws Exception {
        client.headers(
                stream,
                true,
                ":method",
                "POST",
                ":scheme",
                "http",
                ":authority",
                "shop",
                ":path",
                path,
                "content-type",
                type);
        Frames.Frame head = client.await(Frames.HEADERS);
        Http2Headers fields = client.fields(head);
        for (Frames.Frame frame = head; !frame.end(); frame = client.read()) {
            assertTrue(frame.type() >= 0, "the connection has ended");
        }
        return fields;
    }

    @Test
    void noWayToWriteAPathLeadsPastARule() throws Exception {
        try (Served proxy = served(SIDECAR);
                Backend backend = new Backend(Backend.always(Backend.ok("served")));
                Client client = new Client(proxy.address());
                Frames http2 = new Frames(proxy.address())) {
            proxy.publish(GUARDED, Protocol.HTTP1, backend.address());
            int stream = 1;
            for (String path : List.of(
                    "/admin", "/public/../admin", "/%61dmin", "/./admin/x", "/a/%2E%2e/admin?q", "/x\\..\\admin")) {
                assertEquals("403", status(client, path), path);
                assertEquals("403", status(client, "http://shop" + path), path);
                Http2Headers answer = asked(http2, stream, path, "text/plain");
                assertEquals("403", answer.status().toString(), path);
                stream += 2;
            }
            assertEquals("", backend.received());
            assertEquals(
                    "400",
                    asked(http2, stream, "/a/../../admin", "text/plain")
                            .status()
                            .toString());
        }
    }

    @Test
    void theServerGetsThePathThatTheRulesHaveSeen() throws Exception {
        try (Served proxy = served(SIDECAR);
                Backend backend = new Backend(Backend.always(Backend.ok("served")));
                Client client = new Client(proxy.address())) {
            proxy.publish(GUARDED, Protocol.HTTP1, backend.address());
            assertEquals("200", status(client, "/a/./%62/../c?x=/../%61"));
            assertTrue(
                    backend.received().startsWith("GET /a/c?x=/../%61 HTTP/1.1\r\nHost: shop\r\n"), backend.received());
            assertEquals("/a/c?x=/../%61", proxy.told().path());
            assertEquals("200", status(client, "//admin"));
            assertEquals("//admin", proxy.told().path(), "slashes are another matter");
        }
    }

    @Test
    void slashesAreMergedWhereThatIsSaid() throws Exception {
        HeadRules strict = new HeadRules(PathNormalization.DECODE_AND_MERGE_SLASHES, SIDECAR.forwarding());
        try (Served proxy = served(strict);
                Backend backend = new Backend(Backend.always(Backend.ok("served")));
                Client client = new Client(proxy.address())) {
            proxy.publish(GUARDED, Protocol.HTTP1, backend.address());
            assertEquals("403", status(client, "//admin"));
            assertEquals("403", status(client, "/%2fadmin%5cx"));
        }
    }

    @Test
    void aCallOfGrpcIsReadAsAnyOther() throws Exception {
        try (Served proxy = served(SIDECAR);
                Http2Backend backend = new Http2Backend();
                Frames client = new Frames(proxy.address())) {
            proxy.publish(GUARDED, Protocol.HTTP2, backend.address());
            assertEquals(
                    "200",
                    asked(client, 1, "/shop.%53hop/./Get", "application/grpc")
                            .status()
                            .toString());
            Http2Headers head = backend.heads.get(0);
            assertEquals("/shop.Shop/Get", head.path().toString());
            assertEquals("http", head.get("x-forwarded-proto").toString());
            assertEquals(proxy.told().id(), head.get("x-request-id").toString());
            Http2Headers denied = asked(client, 3, "/x/../admin/Get", "application/grpc");
            assertEquals("7", denied.get("grpc-status").toString(), "403 is PERMISSION_DENIED");
        }
    }

    private static String id(String request) {
        Matcher id = ID.matcher(request);
        assertTrue(id.find(), request);
        return id.group(1);
    }

    @Test
    void allThatIsSentOfARequestHasItsId() throws Exception {
        RetryPolicy retry = new RetryPolicy(
                Set.of(RetryPolicy.Condition.RETRIABLE_STATUS_CODES), Set.of(503), 1, Long.MAX_VALUE, 1, 1, false);
        Action action = new Action.Forward(
                Action.Forward.to("shop").clusters(), Long.MAX_VALUE, retry, null, List.of(), HeaderEdits.NONE);
        String busy = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n";
        try (Served proxy = served(SIDECAR);
                Backend one = new Backend(Backend.always(busy));
                Backend two = new Backend(Backend.always(Backend.ok("fine")));
                Client client = new Client(proxy.address())) {
            proxy.publish(action, Protocol.HTTP1, one.address(), two.address());
            assertEquals("200", status(client, "/x"));
            assertEquals("200", status(client, "/x"));
            String first = proxy.told().id();
            String second = proxy.told().id();
            assertNotEquals(first, second);
            assertTrue(Set.of(first, second).contains(id(one.received())), one.received());
            assertTrue(two.received().contains(first) && two.received().contains(second), two.received());
        }
    }

    @Test
    void theClientsAddressGoesOnInBothProtocols() throws Exception {
        Forwarding edge = new Forwarding(true, true, 0, RequestId.GENERATE, "");
        try (Served proxy = served(new HeadRules(PathNormalization.BASE, edge));
                Backend backend = new Backend(Backend.always(Backend.ok("served")));
                Client client = new Client(proxy.address());
                Frames http2 = new Frames(proxy.address())) {
            proxy.publish(GUARDED, Protocol.HTTP1, backend.address());
            client.send("POST /x HTTP/1.1\r\nHost: shop\r\nX-Forwarded-For: 1.1.1.1\r\nContent-Length: 5\r\n\r\nhello")
                    .answer();
            String got = backend.received();
            assertTrue(got.contains("\r\nx-forwarded-for: 1.1.1.1, 127.0.0.1\r\nx-forwarded-proto: http\r\n"), got);
            assertTrue(got.endsWith("\r\n\r\nhello"), got);
            asked(http2, 1, "/y", "text/plain");
            assertTrue(backend.received().substring(got.length()).contains("\r\nx-forwarded-for: 127.0.0.1\r\n"));
        }
    }
}
