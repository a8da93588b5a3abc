package dev.weft.proxy.http2;

import dev.weft.proxy.http1.FieldTexts;
import dev.weft.proxy.http1.Trailers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Headers;
import org.jspecify.annotations.Nullable;

/**
 * What goes out on one stream. The newest part of a body stays here until more comes or it is flushed, so that the last one
 * can say that it is.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes the stream, and that is seen
final class Outgoing {
    private final Codec codec;
    private final ChannelHandlerContext context;
    private final int id;
    private final FieldTexts texts;
    private @Nullable ByteBuf newest;
    private @Nullable ChannelFuture last;
    private boolean ended;

    Outgoing(Codec codec, ChannelHandlerContext context, int id, FieldTexts texts) {
        this.codec = codec;
        this.context = context;
        this.id = id;
        this.texts = texts;
    }

    ChannelFuture head(Http2Headers head, boolean end) {
        ChannelFuture written = codec.encoder().writeHeaders(context, id, head, 0, end, context.newPromise());
        if (end) {
            ended = true;
            last = written;
        }
        return written;
    }

    void data(ByteBuf part) {
        if (ended || !part.isReadable()) {
            part.release();
            return;
        }
        flush();
        newest = part;
    }

    void flush() {
        ByteBuf part = newest;
        newest = null;
        if (part != null) {
            codec.encoder().writeData(context, id, part, 0, false, context.newPromise());
        }
    }

    void end(@Nullable Trailers trailers) {
        if (ended) {
            return;
        }
        Http2Headers lines = trailers == null ? null : HeadFrame.trailers(trailers, texts);
        if (lines != null && !lines.isEmpty()) {
            flush();
            head(lines, true);
            return;
        }
        ended = true;
        ByteBuf part = newest == null ? Unpooled.EMPTY_BUFFER : newest;
        newest = null;
        last = codec.encoder().writeData(context, id, part, 0, true, context.newPromise());
    }

    boolean ended() {
        return ended;
    }

    /** Resets the stream once all of this has been written, unless it has closed by then. */
    void resetBehind(long error) {
        if (last != null) {
            last.addListener(written -> {
                if (codec.connection().stream(id) != null) {
                    reset(error);
                    codec.flush(context);
                }
            });
        }
    }

    /** Nothing more goes out; what was kept is not wanted. */
    void reset(long error) {
        drop();
        if (codec.connection().stream(id) != null) {
            codec.resetStream(context, id, error, context.newPromise());
        }
    }

    /** Nothing more goes out, and what was kept is not wanted. */
    void drop() {
        ended = true;
        ByteBuf part = newest;
        newest = null;
        if (part != null) {
            part.release();
        }
    }
}
