package dev.weft.proxy.http2;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What came in on one stream and has nowhere to go yet. The peer's window stays shut for as much as is here and as much as
 * its reader has not written, so that nobody sends more than fits (RFC 9113, section 5.2).
 */
final class Incoming {
    private static final int SMALL = 1024;
    private static final int BLOCK = 8 * 1024;

    private final Codec codec;
    private final ArrayDeque<ByteBuf> parts = new ArrayDeque<>(2);
    /** The last of them, where small ones are put together in it. */
    private @Nullable ByteBuf block;

    /** Bytes by which the window is smaller than it was at first. */
    private int owed;

    Incoming(Codec codec) {
        this.codec = codec;
    }

    /** Takes the part. Where many wait, small ones are put together: each of them may keep a large buffer from being free. */
    void hold(ByteBuf part) {
        int octets = part.readableBytes();
        if (parts.isEmpty() || octets > SMALL) {
            parts.addLast(part);
            block = null;
            return;
        }
        ByteBuf to = block;
        if (to == null || to.writableBytes() < octets) {
            to = part.alloc().buffer(BLOCK, BLOCK);
            block = to;
            parts.addLast(to);
        }
        to.writeBytes(part);
        part.release();
    }

    boolean empty() {
        return parts.isEmpty();
    }

    @Nullable
    ByteBuf next() {
        ByteBuf part = parts.pollFirst();
        if (part == block) {
            block = null;
        }
        return part;
    }

    void owe(int octets) {
        owed += octets;
    }

    /** What was owed has gone on: the peer may send as much again. */
    void pay(Http2Stream stream) {
        int octets = owed;
        owed = 0;
        if (octets == 0) {
            return;
        }
        try {
            codec.connection().local().flowController().consumeBytes(stream, octets);
        } catch (Http2Exception e) {
            throw new IllegalStateException(e); // more was paid than ever came
        }
    }

    /** The stream is no more, and its window with it. */
    void forget() {
        owed = 0;
    }

    /** Nobody wants it. */
    void drop() {
        ByteBuf part = next();
        while (part != null) {
            part.release();
            part = next();
        }
    }
}
