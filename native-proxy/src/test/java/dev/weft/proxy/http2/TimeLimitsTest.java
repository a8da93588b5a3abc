package dev.weft.proxy.http2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.snapshot.Protocol;
import dev.weft.proxy.Backend;
import dev.weft.proxy.Client;
import dev.weft.proxy.http1.HeadLimits;
import dev.weft.proxy.http1.Http1Limits;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** How long HTTP/2 waits for whom. */
class TimeLimitsTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void whoTakesNothingOfAnAnswerThatIsWholeIsResetInTheEnd() throws Exception {
        byte[] noWindow = {0, 4, 0, 0, 0, 0};
        Http1Limits soon = new Http1Limits(HeadLimits.DEFAULT, SECOND, 75 * SECOND, SECOND / 20, SECOND, 0);
        try (Served proxy = new Served(soon, Http2Limits.DEFAULT);
                Backend backend = new Backend(Backend.always(Backend.ok("fine")));
                Frames client = new Frames(proxy.address(), noWindow)) {
            proxy.publish(Protocol.HTTP1, backend.address());
            client.get(1);
            assertEquals(1, client.await(Frames.HEADERS).stream());
            Frames.Frame reset = client.await(Frames.RST_STREAM);
            assertEquals(1, reset.stream());
            assertEquals(8, reset.number());
        }
    }

    @Test
    void aRequestThatStallsIsA408AndToGrpcALimitOfTime() throws Exception {
        Http1Limits soon = new Http1Limits(HeadLimits.DEFAULT, SECOND, 75 * SECOND, SECOND / 20, SECOND, 0);
        try (Served proxy = new Served(soon, Http2Limits.DEFAULT);
                Backend backend = new Backend(with -> {
                    while (with.read() >= 0) {}
                });
                Frames client = new Frames(proxy.address())) {
            proxy.publish(Protocol.HTTP1, backend.address());
            String[] post = {":method", "POST", ":scheme", "http", ":authority", "shop", ":path", "/x"};
            client.headers(1, false, post).send(Frames.DATA, 0, 1, new byte[] {1});
            Frames.Frame answer = client.await(Frames.HEADERS);
            assertEquals("408", client.fields(answer).status().toString());
            proxy.publish(Protocol.HTTP2, backend.address());
            String[] call = Arrays.copyOf(post, post.length + 2);
            call[post.length] = "content-type";
            call[post.length + 1] = "application/grpc";
            client.headers(3, false, call);
            Frames.Frame failed = client.await(Frames.HEADERS);
            assertEquals("4", client.fields(failed).get("grpc-status").toString());
        }
    }

    @Test
    void anEndpointThatDoesNotAgreeOnHttp2InTimeIsNotWaitedFor() throws Exception {
        Http1Limits soon = new Http1Limits(HeadLimits.DEFAULT, SECOND, 75 * SECOND, 300 * SECOND, SECOND / 10, 0);
        try (Served proxy = new Served(soon, Http2Limits.DEFAULT);
                Backend silent = new Backend(with -> {
                    while (with.read() >= 0) {}
                });
                Client client = new Client(proxy.address())) {
            proxy.publish(Protocol.HTTP2, silent.address());
            String answer = client.send("GET /x HTTP/1.1\r\nHost: shop\r\n\r\n").answer();
            assertTrue(answer.startsWith("HTTP/1.1 503 "), answer);
            assertTrue(answer.endsWith("upstream: it has not agreed on HTTP/2 in time\n"), answer);
            String again = client.send("GET /x HTTP/1.1\r\nHost: shop\r\n\r\n").answer();
            assertTrue(again.startsWith("HTTP/1.1 503 "), again);
            assertTrue(silent.records().get(0).startsWith("PRI * HTTP/2.0\r\n"), silent.records()::toString);
        }
    }

    @Test
    void anAnswerThatStopsHalfWayIsToldWithItsRequest() throws Exception {
        Http1Limits soon = new Http1Limits(HeadLimits.DEFAULT, SECOND, 75 * SECOND, SECOND / 2, SECOND, 0);
        try (Served proxy = new Served(soon, Http2Limits.DEFAULT);
                Backend backend = new Backend(with -> {
                    with.request();
                    with.say("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
                    with.read();
                });
                Frames client = new Frames(proxy.address())) {
            proxy.publish(Protocol.HTTP1, backend.address());
            client.get(1);
            assertEquals(8, client.await(Frames.RST_STREAM).number());
            assertEquals("/x", proxy.told().path());
        }
    }
}
