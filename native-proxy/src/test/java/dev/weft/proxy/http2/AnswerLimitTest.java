package dev.weft.proxy.http2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.proxy.http1.HeadLimits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerLimitTest {
    private static final int MOST = 1000;

    private final List<ChannelPromise> unread = new ArrayList<>();
    private boolean reads = true;

    private final ChannelOutboundHandlerAdapter peer = new ChannelOutboundHandlerAdapter() {
        @Override
        public void write(ChannelHandlerContext to, Object message, ChannelPromise promise) {
            ((ByteBuf) message).release();
            if (reads) {
                promise.setSuccess();
            } else {
                unread.add(promise);
            }
        }
    };

    private EmbeddedChannel connection() {
        Gathering gathering = new Gathering();
        EmbeddedChannel channel = new EmbeddedChannel(
                peer,
                gathering,
                Codec.server(Http2Limits.DEFAULT, HeadLimits.DEFAULT, new Http2FrameAdapter(), gathering, error -> {}));
        channel.writeInbound(Http2CodecUtil.connectionPrefaceBuf());
        channel.writeInbound(Unpooled.wrappedBuffer(Frames.frame(Frames.SETTINGS, 0, 0, new byte[0])));
        return channel;
    }

    private static void ask(EmbeddedChannel channel, int type, int times) {
        byte[] payload = new byte[type == Frames.PING ? 8 : 0];
        for (int i = 0; i < times && channel.isOpen(); i++) {
            channel.writeInbound(Unpooled.wrappedBuffer(Frames.frame(type, 0, 0, payload)));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Frames.PING, Frames.SETTINGS})
    void whoDoesNotReadItsAnswersIsLeft(int type) {
        EmbeddedChannel channel = connection();
        reads = false;
        ask(channel, type, MOST);
        assertTrue(channel.isOpen());
        ask(channel, type, 1);
        assertFalse(channel.isOpen());
    }

    @ParameterizedTest
    @ValueSource(ints = {Frames.PING, Frames.SETTINGS})
    void whoReadsThemMayAskOn(int type) {
        EmbeddedChannel channel = connection();
        ask(channel, type, 3 * MOST);
        reads = false;
        ask(channel, type, MOST / 2);
        assertTrue(channel.isOpen());
        assertEquals(MOST / 2, unread.size());
        unread.forEach(ChannelPromise::setSuccess);
        unread.clear();
        ask(channel, type, MOST - 1);
        assertTrue(channel.isOpen());
        channel.close();
    }
}
