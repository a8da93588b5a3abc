package dev.weft.proxy.http2;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.snapshot.Protocol;
import org.junit.jupiter.api.Test;

/** What a call makes for the garbage collector, on the loop that carries it, with HTTP/2 on both sides. */
class AllocationTest {
    private static final int WARM = 1000;
    private static final int COUNTED = 1000;

    /** Mostly Netty's: streams, fields and promises, on both sides. */
    private static final double MOST = 7_000;

    @Test
    void aCallMakesWhatItsTwoStreamsMake() throws Exception {
        try (Served proxy = new Served();
                Http2Backend backend = new Http2Backend();
                Frames client = new Frames(proxy.address())) {
            proxy.publish(Protocol.HTTP2, backend.address());
            call(client, 1, WARM);
            long before = proxy.allocatedBytes();
            call(client, 2 * WARM + 1, COUNTED);
            double each = (proxy.allocatedBytes() - before) / (double) COUNTED;
            assertTrue(each < MOST, "bytes for each call: " + each);
        }
    }

    private static void call(Frames client, int first, int times) throws Exception {
        for (int i = 0; i < times; i++) {
            client.get(first + 2 * i);
            while (!client.read().end()) {
                // the head, or settings
            }
        }
    }
}
