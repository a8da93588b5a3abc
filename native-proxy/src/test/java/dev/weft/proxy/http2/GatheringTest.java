package dev.weft.proxy.http2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GatheringTest {
    private final EmbeddedChannel channel = new EmbeddedChannel(new Gathering());

    private static ByteBuf text(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
    }

    private static ByteBuf large() {
        return text("l".repeat(10_000));
    }

    private String sent() {
        ByteBuf next = channel.readOutbound();
        String text = next.toString(StandardCharsets.US_ASCII);
        next.release();
        return text.length() > 100 ? "large" : text;
    }

    @Test
    void whatIsSmallGoesOutAsOneWhenItIsFlushed() {
        ChannelFuture one = channel.write(text("one "));
        ChannelFuture two = channel.write(text("two"));
        assertFalse(one.isDone());
        assertNull(channel.readOutbound());
        channel.flush();
        assertEquals("one two", sent());
        assertNull(channel.readOutbound());
        assertTrue(one.isSuccess());
        assertTrue(two.isSuccess());
    }

    @Test
    void whatIsLargeGoesOutInItsPlace() {
        List<ChannelFuture> told = new ArrayList<>();
        ByteBuf large = large();
        for (ByteBuf part : List.of(text("before"), large, text("behind"))) {
            channel.write(part).addListener(written -> told.add((ChannelFuture) written));
        }
        channel.flush();
        assertEquals(3, told.size());
        assertEquals("before", sent());
        ByteBuf same = channel.readOutbound();
        assertEquals(large, same);
        same.release();
        assertEquals("behind", sent());
    }

    @Test
    void theChannelKnowsOfWhatIsMuchBeforeItIsFlushed() {
        for (int i = 0; i < 100; i++) {
            channel.write(text("s".repeat(1000)));
        }
        long known = channel.unsafe().outboundBuffer().totalPendingWriteBytes();
        assertTrue(known > 80_000, "known: " + known);
        channel.releaseOutbound();
    }

    /** The first piece is the beginning of a frame, and the large one the rest of it. */
    @Test
    void whatIsWrittenInBetweenComesBehindBoth() {
        List<String> more = new ArrayList<>(List.of("third "));
        channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelWritabilityChanged(ChannelHandlerContext from) {
                if (!more.isEmpty()) {
                    from.write(text(more.remove(0)));
                }
            }
        });
        channel.config().setOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(1, 2));
        channel.write(text("first"));
        channel.write(large());
        channel.write(text("last"));
        channel.flush();
        assertEquals("first", sent());
        assertEquals("large", sent());
        assertEquals("third last", sent());
    }

    @Test
    void whatWasNotFlushedFailsWithTheChannel() {
        ByteBuf part = text("never");
        ChannelFuture written = channel.write(part);
        channel.close();
        assertInstanceOf(ClosedChannelException.class, written.cause());
        assertEquals(0, part.refCnt());
        assertInstanceOf(
                ClosedChannelException.class,
                channel.writeAndFlush(text("late")).cause());
    }
}
