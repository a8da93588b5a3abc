package dev.weft.proxy.http2;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.DefaultHttp2FrameWriter;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersEncoder;

/**
 * Writes the frames of which calls are made straight into what is gathered for their connection (RFC 9113, section 4.1).
 * Netty makes two buffers of each, and a promise for both together.
 */
final class FrameWriter extends DefaultHttp2FrameWriter {
    private static final int PREFIX = Http2CodecUtil.FRAME_HEADER_LENGTH;

    /** Room for a head, which may take more. */
    private static final int HEAD = 256;

    private final Http2HeadersEncoder encoder;
    private final Gathering gathering;

    FrameWriter(Http2HeadersEncoder encoder, Gathering gathering) {
        super(encoder);
        this.encoder = encoder;
        this.gathering = gathering;
    }

    @Override
    public ChannelFuture writeHeaders(
            ChannelHandlerContext from, int id, Http2Headers head, int padding, boolean end, ChannelPromise promise) {
        ByteBuf into = padding > 0 || promise.isVoid() ? null : gathering.begin(PREFIX + HEAD);
        if (into == null) {
            return super.writeHeaders(from, id, head, padding, end, promise);
        }
        int at = into.writerIndex();
        try {
            encoder.encodeHeaders(id, head, into.writerIndex(at + PREFIX));
        } catch (Http2Exception refused) {
            into.writerIndex(at);
            return promise.setFailure(refused);
        } catch (RuntimeException bug) {
            into.writerIndex(at); // what others have written here goes out as it is
            throw bug;
        }
        int octets = into.writerIndex() - at - PREFIX;
        int ends = end ? Http2Flags.END_STREAM : 0;
        if (octets <= maxFrameSize()) {
            prefix(into, at, octets, Http2FrameTypes.HEADERS, ends | Http2Flags.END_HEADERS, id);
        } else {
            split(into, at, octets, ends, id);
        }
        gathering.added(promise);
        return promise;
    }

    /** Makes several frames of a head that is too large for one. */
    private void split(ByteBuf into, int at, int octets, int ends, int id) {
        ByteBuf head = into.copy(at + PREFIX, octets);
        into.writerIndex(at);
        byte type = Http2FrameTypes.HEADERS;
        int flags = ends;
        while (head.isReadable()) {
            int part = Math.min(head.readableBytes(), maxFrameSize());
            into.ensureWritable(PREFIX + part);
            int from = into.writerIndex();
            flags |= part == head.readableBytes() ? Http2Flags.END_HEADERS : 0;
            prefix(into, from, part, type, flags, id);
            into.writerIndex(from + PREFIX).writeBytes(head, part);
            type = Http2FrameTypes.CONTINUATION;
            flags = 0;
        }
        head.release();
    }

    private static void prefix(ByteBuf into, int at, int octets, byte type, int flags, int id) {
        into.setMedium(at, octets).setByte(at + 3, type).setByte(at + 4, flags).setInt(at + 5, id);
    }

    @Override
    public ChannelFuture writeData(
            ChannelHandlerContext from, int id, ByteBuf data, int padding, boolean end, ChannelPromise promise) {
        int octets = data.readableBytes();
        boolean plain = padding == 0 && octets <= Gathering.SMALL && !promise.isVoid();
        ByteBuf into = plain ? gathering.begin(PREFIX + octets) : null;
        if (into == null) {
            return super.writeData(from, id, data, padding, end, promise);
        }
        int at = into.writerIndex();
        prefix(into, at, octets, Http2FrameTypes.DATA, end ? Http2Flags.END_STREAM : 0, id);
        into.writerIndex(at + PREFIX).writeBytes(data);
        data.release();
        gathering.added(promise);
        return promise;
    }
}
