package dev.weft.proxy.http2;

import dev.weft.proxy.http1.BodyReader;
import dev.weft.proxy.http1.HeadLimits;
import dev.weft.proxy.http1.Trailers;
import dev.weft.proxy.http1.Worker;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** The body of a request on its way into a stream: what frames it in HTTP/1.1 is taken off. */
final class RequestBody {
    private final Outgoing out;
    /** Null where the body has no frames. */
    private final @Nullable BodyReader chunks;

    /** Behind the chunks; null without these. */
    private final @Nullable Trailers trailers;

    /** @param chunked whether it comes in chunks, which somebody has looked through already */
    RequestBody(Outgoing out, boolean chunked, HeadLimits limits, Worker worker) {
        this.out = out;
        this.trailers = chunked ? new Trailers(limits, worker) : null;
        this.chunks = chunked ? new BodyReader() : null;
        if (chunks != null) {
            chunks.chunked();
        }
    }

    void write(ByteBuf part) {
        if (chunks == null || trailers == null) {
            out.data(part);
            return;
        }
        int octets = chunks.data(part, trailers);
        while (octets > 0) {
            out.data(part.readRetainedSlice(octets));
            octets = chunks.data(part, trailers);
        }
        part.release();
    }

    /** @param lines behind it; null for those that came with the chunks */
    void end(@Nullable Trailers lines) {
        out.end(lines == null ? trailers : lines);
        if (trailers != null) {
            trailers.release();
        }
    }
}
