package dev.weft.proxy.http2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is written is read by Netty's reader. */
class FrameWriterTest {
    private final Gathering gathering = new Gathering();
    private final ChannelHandler codec = new ChannelHandlerAdapter() {};
    private final EmbeddedChannel channel = new EmbeddedChannel(gathering, codec);
    private final ChannelHandlerContext context = channel.pipeline().context(codec);
    private final FrameWriter writer = new FrameWriter(new DefaultHttp2HeadersEncoder(), gathering);

    private ChannelFuture head(int stream, Http2Headers head, boolean end) {
        return writer.writeHeaders(context, stream, head, 0, end, channel.newPromise());
    }

    private ChannelFuture data(int stream, String text, int padding, boolean end) {
        ByteBuf part = Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
        return writer.writeData(context, stream, part, padding, end, channel.newPromise());
    }

    private static Http2Headers head(int octets) {
        return new DefaultHttp2Headers().status("200").add("x-long", "v".repeat(octets));
    }

    private byte[] sent() {
        channel.flush();
        ByteBuf all = Unpooled.buffer();
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            all.writeBytes(part);
            part.release();
        }
        return ByteBufUtil.getBytes(all);
    }

    private List<String> read(byte[] octets) throws Http2Exception {
        List<String> frames = new ArrayList<>();
        DefaultHttp2FrameReader reader = new DefaultHttp2FrameReader(new DefaultHttp2HeadersDecoder(true, 100_000));
        ByteBuf in = Unpooled.wrappedBuffer(octets);
        while (in.isReadable()) {
            reader.readFrame(context, in, new Http2FrameAdapter() {
                @Override
                public void onHeadersRead(
                        ChannelHandlerContext from, int stream, Http2Headers head, int padding, boolean end) {
                    int octets = head.contains("x-long") ? head.get("x-long").length() : 0;
                    frames.add(stream + " head " + head.status() + " " + octets + (end ? " end" : ""));
                }

                @Override
                public int onDataRead(ChannelHandlerContext from, int stream, ByteBuf data, int padding, boolean end) {
                    frames.add(stream + " data " + data.readableBytes() + " + " + padding + (end ? " end" : ""));
                    return 0;
                }
            });
        }
        reader.close();
        return frames;
    }

    @Test
    void headsAndBodiesOfSeveralStreamsStandInOrder() throws Exception {
        List<ChannelFuture> all = List.of(
                head(1, head(3), false),
                data(1, "small", 0, false),
                head(3, head(0), true),
                data(1, "l".repeat(9_000), 0, false),
                data(1, "padded", 9, false),
                data(1, "", 0, true));
        assertEquals(
                List.of(
                        "1 head 200 3",
                        "1 data 5 + 0",
                        "3 head 200 0 end",
                        "1 data 9000 + 0",
                        "1 data 6 + 9",
                        "1 data 0 + 0 end"),
                read(sent()));
        assertTrue(all.stream().allMatch(ChannelFuture::isSuccess));
    }

    @Test
    void aHeadThatIsTooLargeForAFrameGoesOnInOthers() throws Exception {
        head(1, head(40_000), true);
        head(3, head(2), true);
        byte[] sent = sent();
        List<Integer> types = new ArrayList<>();
        ByteBuf in = Unpooled.wrappedBuffer(sent);
        while (in.isReadable()) {
            int octets = in.readUnsignedMedium();
            assertTrue(octets <= 16_384, "a frame of " + octets);
            types.add((int) in.readByte());
            in.skipBytes(1 + 4 + octets);
        }
        assertEquals(List.of(Frames.HEADERS, Frames.CONTINUATION, Frames.CONTINUATION, Frames.HEADERS), types);
        assertEquals(List.of("1 head 200 40000 end", "3 head 200 2 end"), read(sent));
    }

    @Test
    void aHeadThatThePeerRefusesLeavesNothing() throws Exception {
        writer.headersConfiguration().maxHeaderListSize(1000);
        head(1, head(1), false);
        ChannelFuture refused = head(3, head(2000), false);
        assertInstanceOf(Http2Exception.class, refused.cause());
        head(5, head(2), true);
        assertEquals(List.of("1 head 200 1", "5 head 200 2 end"), read(sent()));
    }

    @Test
    void whatIsWrittenWithoutAChannelFails() {
        channel.close();
        assertTrue(head(1, head(1), true).cause() != null);
        assertTrue(data(1, "late", 0, true).cause() != null);
    }
}
