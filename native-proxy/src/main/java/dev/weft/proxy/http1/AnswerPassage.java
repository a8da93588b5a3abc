package dev.weft.proxy.http1;

import dev.weft.engine.route.Edits;
import dev.weft.engine.snapshot.HeaderEdits;
import dev.weft.proxy.listen.Joined;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The way of an answer's bytes from its connection to the client: they wait until somebody has said what becomes of
 * them, and then go on as they come, in the buffers they came in where nothing of the head changes.
 */
final class AnswerPassage {
    /** How far it came with the bytes that were there. */
    enum Progress {
        /** There is more to come. */
        OPEN,
        WHOLE,
        /** Whole, but something came behind it. */
        DIRTY,
        /** Its chunks can't be understood. */
        BAD,
        /** The connection speaks another protocol from here on; what is left of the bytes is that. */
        SWITCHED
    }

    private final ResponseHead head;
    private final HeadLimits limits;
    private final Worker worker;
    private final BodyReader body = new BodyReader();
    /** Behind chunks that are taken off here; null where none were yet. */
    private @Nullable Trailers trailers;

    private @Nullable ByteBuf waiting;
    /** Where in that buffer the head begins; -1 where it came in several. */
    private int headAt;

    private @Nullable Downstream client;
    /** The same, where it takes the bytes as they come. */
    private @Nullable Http1Downstream raw;

    private @Nullable Downstream unflushed;

    AnswerPassage(ResponseHead head, HeadLimits limits, Worker worker) {
        this.head = head;
        this.limits = limits;
        this.worker = worker;
    }

    /** RFC 9112, section 6.3. */
    void frame(boolean headOnly) {
        int status = head.status();
        if (headOnly || status == 204 || status == 304 || status == 101) {
            body.none();
        } else if (head.chunked()) {
            body.chunked();
        } else if (head.contentLength() >= 0) {
            body.length(head.contentLength());
        } else {
            body.untilClose();
        }
    }

    /** Whether the client can't tell the end of this answer but by the end of its connection. */
    boolean endsWithClose() {
        return body.endsWithClose();
    }

    // ---- before anybody has said what becomes of it

    /** @param start of the head in the buffer; -1 where it isn't whole in it */
    void await(ByteBuf in, int start) {
        waiting = in;
        headAt = start;
    }

    void append(ByteBuf in, ByteBufAllocator allocator) {
        waiting = Joined.of(allocator, waiting, in);
        headAt = -1;
    }

    /** Whether what waited was the whole rest of the answer; it is dropped in any case. */
    boolean drain() {
        ByteBuf in = waiting;
        leave();
        if (in == null) {
            return false;
        }
        waiting = null;
        int octets = body.take(in);
        boolean whole = body.done() && octets == in.readableBytes() && head.status() != 101;
        in.release();
        return whole;
    }

    void drop() {
        ByteBuf in = waiting;
        waiting = null;
        if (in != null) {
            in.release();
        }
    }

    // ---- to the client

    /** Hands on what waits: the buffer it came in, where nothing of the head changes. */
    Progress deliver(Downstream to, HeadEdits edits, HeaderEdits rule, boolean keep, ByteBufAllocator from) {
        client = to;
        ByteBuf in = Objects.requireNonNull(waiting);
        waiting = null;
        boolean switching = head.status() == 101;
        Http1Downstream alike = to instanceof Http1Downstream one ? one : null;
        raw = alike;
        if (alike != null && head.plain() && keep && headAt >= 0 && !switching && rule == HeaderEdits.NONE) {
            return deliverAsItCame(alike, in);
        }
        edits.begin(head);
        edits.leaveHop(switching);
        Edits.apply(rule, edits);
        if (!keep && !switching && alike != null) {
            edits.add("connection", "close");
        }
        unflushed = to;
        if (alike == null) {
            boolean bodyless = body.done();
            to.answer(head, edits, bodyless, keep);
            return forward(in);
        }
        ByteBuf out = from.buffer(edits.mostOctets(0));
        edits.answer(head.versionEnd(), out);
        alike.write(out);
        if (!switching) {
            return forward(in);
        }
        pass(in);
        return Progress.SWITCHED;
    }

    private Progress deliverAsItCame(Http1Downstream to, ByteBuf in) {
        int bodyAt = in.readerIndex();
        int octets = body.take(in);
        if (!body.bad() && bodyAt + octets == in.writerIndex()) {
            in.readerIndex(headAt);
            return hand(in, true);
        }
        in.readerIndex(headAt);
        to.write(in.readRetainedSlice(bodyAt - headAt + (body.bad() ? 0 : octets)));
        if (body.bad()) {
            in.release();
            return Progress.BAD;
        }
        in.skipBytes(in.readableBytes());
        return hand(in, false);
    }

    /** Takes what belongs to the body, and the buffer. */
    Progress forward(ByteBuf in) {
        if (client != null && raw == null) {
            return forwardData(client, in);
        }
        int octets = body.take(in);
        if (body.bad()) {
            in.release();
            return Progress.BAD;
        }
        if (octets == in.readableBytes()) {
            return hand(in, true);
        }
        if (raw != null && octets > 0) {
            raw.write(in.readRetainedSlice(octets));
        }
        in.skipBytes(in.readableBytes());
        return hand(in, false);
    }

    /** To a client that is told data from what frames it. */
    private Progress forwardData(Downstream to, ByteBuf in) {
        unflushed = to;
        Trailers lines = trailers == null ? new Trailers(limits, worker) : trailers;
        trailers = lines;
        int octets = body.data(in, lines);
        while (octets > 0) {
            to.data(in.readRetainedSlice(octets));
            octets = body.data(in, lines);
        }
        boolean clean = !in.isReadable();
        in.release();
        if (body.bad()) {
            return Progress.BAD;
        }
        if (!body.done()) {
            return Progress.OPEN;
        }
        to.end(lines);
        lines.release();
        return clean ? Progress.WHOLE : Progress.DIRTY;
    }

    /** The connection has closed, and with it a body that ends so. */
    void close() {
        if (client != null && raw == null) {
            client.end(null);
            unflushed = client;
        }
    }

    /** @param clean whether nothing came behind the answer */
    private Progress hand(ByteBuf in, boolean clean) {
        pass(in);
        return !body.done() ? Progress.OPEN : clean ? Progress.WHOLE : Progress.DIRTY;
    }

    /** Hands on bytes that nobody has to understand. */
    void pass(ByteBuf in) {
        Http1Downstream to = raw;
        if (to == null || !in.isReadable()) {
            in.release();
        } else {
            to.write(in);
        }
        unflushed = to;
    }

    /** Who gets it; null before it is handed on, and for a copy's. */
    @Nullable
    Downstream client() {
        return client;
    }

    /** Nobody gets any more of it. */
    void leave() {
        client = null;
        raw = null;
    }

    /** Whether the client has as much as it takes for now. */
    boolean full() {
        Downstream to = client;
        return to != null && !to.writable();
    }

    /** An interim answer has gone to it, which is no part of this one. */
    void flushLater(Downstream to) {
        unflushed = to;
    }

    void flush() {
        Downstream to = unflushed;
        unflushed = null;
        if (to != null) {
            to.flush();
        }
    }
}
