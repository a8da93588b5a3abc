package dev.weft.proxy.http2;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.engine.snapshot.Protocol;
import dev.weft.proxy.Backend;
import dev.weft.proxy.Client;
import dev.weft.proxy.http1.Downstream;
import org.junit.jupiter.api.Test;

/** A process that drains, and clients that have not heard of it. */
class LeavingTest {
    @Test
    void aConnectionThatComesWhileOthersWereToldIsServedAndAskedToGo() throws Exception {
        try (Served proxy = new Served();
                Backend backend = new Backend(Backend.always(Backend.ok("fine")))) {
            proxy.publish(Protocol.HTTP1, backend.address());
            proxy.draining.set(true);
            try (Frames client = new Frames(proxy.address())) {
                client.get(1);
                Frames.Frame first = client.await(Frames.GOAWAY);
                assertEquals(Integer.MAX_VALUE, first.number(), "what it sends before it has heard of it is served");
                Frames.Frame asks = client.await(Frames.PING);
                client.get(3).send(Frames.PING, Frames.ACK, 0, asks.payload());
                assertEquals(3, client.await(Frames.GOAWAY).number());
                assertEquals(-1, client.end());
            }
            assertEquals(2, backend.received().split("GET /x").length - 1);
        }
    }

    @Test
    void theBeginningOfARequestIsNotCutOff() throws Exception {
        try (Served proxy = new Served();
                Backend backend = new Backend(Backend.always(Backend.ok("fine")));
                Client client = new Client(proxy.address())) {
            proxy.publish(Protocol.HTTP1, backend.address());
            client.send("PR"); // of PRI * HTTP/2.0, or of another word
            try (Client other = new Client(proxy.address())) {
                other.send("GET / HTTP/1.1\r\nHost: shop\r\n\r\n").answer(); // the loop has been here since
            }
            proxy.draining.set(true);
            proxy.listener.drain(Downstream.DRAIN);
            String answer =
                    client.send("OPFIND / HTTP/1.1\r\nHost: shop\r\n\r\n").rest();
            assertEquals("HTTP/1.1 200", answer.substring(0, 12));
        }
    }
}
