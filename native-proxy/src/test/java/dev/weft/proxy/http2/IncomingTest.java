package dev.weft.proxy.http2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.proxy.http1.HeadLimits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class IncomingTest {
    private final Incoming incoming = new Incoming(
            Codec.client(Http2Limits.DEFAULT, HeadLimits.DEFAULT, new Http2FrameAdapter(), new Gathering()));

    @Test
    void manySmallPartsWaitInFewBuffersAndInTheirOrder() {
        List<ByteBuf> given = new ArrayList<>();
        for (int i = 0; i < 50_000; i++) {
            int octets = i % 10_000 == 9_999 ? 2_000 : 1;
            ByteBuf part = Unpooled.buffer(octets).writeByte(i).writeZero(octets - 1);
            given.add(part);
            incoming.hold(part);
        }
        int buffers = 0;
        int octets = 0;
        int next = 0;
        for (ByteBuf part = incoming.next(); part != null; part = incoming.next()) {
            buffers++;
            octets += part.readableBytes();
            while (part.isReadable()) {
                assertEquals((byte) next, part.readByte());
                part.skipBytes(next % 10_000 == 9_999 ? 1_999 : 0);
                next++;
            }
            part.release();
        }
        assertEquals(50_000, next);
        assertEquals(49_995 + 5 * 2_000, octets);
        assertTrue(buffers < 20, buffers + " buffers");
        assertTrue(given.stream().allMatch(part -> part.refCnt() == 0), "what was put together is free");
    }
}
