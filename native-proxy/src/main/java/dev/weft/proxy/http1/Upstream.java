package dev.weft.proxy.http1;

import dev.weft.engine.call.Attempt;
import dev.weft.engine.call.End;
import dev.weft.engine.call.Head;
import dev.weft.engine.drive.Ending;
import dev.weft.engine.snapshot.HeaderEdits;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** An endpoint's side of an exchange: a connection of HTTP/1.1, or a stream of HTTP/2. Used on its loop alone. */
public interface Upstream {
    Target target();

    // ---- for whom

    /**
     * @param of whose sending it is; null where nobody counts attempts
     * @param copying where the end of a copy is told, whose answer nobody gets; null where it is none
     */
    void assign(Exchange to, @Nullable Attempt of, @Nullable Ending copying, long connectNanos);

    @Nullable
    Attempt attempt();

    /** Whether it carries a copy, whose answer nobody gets. */
    boolean copy();

    /** Limit for connecting; {@link Long#MAX_VALUE} for the usual one. */
    long connectNanos();

    // ---- the request

    /** Gets a way to the peer; then it has the exchange {@link Exchange#transmit}. */
    void connect(long limitNanos);

    /** Whether it may become a tunnel of another protocol. */
    boolean upgrades();

    /**
     * Sends the head.
     *
     * @param edits made of this head, which are applied
     * @param path to send instead of the head's own; null for that
     * @throws IllegalArgumentException for a path that can't be one
     */
    void send(RequestHead head, HeadEdits edits, @Nullable String path);

    /** A part of the body in the form that the request has it in: with chunks' frames where its head says so. */
    void write(ByteBuf part);

    /** The request has been written to its end. */
    void sent(@Nullable Trailers trailers);

    void flush();

    boolean writable();

    // ---- the answer

    ResponseHead head();

    /** The head of the answer as policies look at it. */
    Head seen();

    /** Whether an answer is there that was not handed on. */
    boolean waits();

    /** Whether the client can't tell the end of this answer but by the end of its connection. */
    boolean endsWithClose();

    /** Whether bytes go through it in both directions, for as long as both sides like. */
    boolean tunnels();

    /**
     * Hands the answer on.
     *
     * @param rule what it makes of the answer's headers
     * @param keep whether there may be another request
     */
    void deliver(Downstream to, HeadEdits edits, HeaderEdits rule, boolean keep);

    /** Whether the client takes more of the answer. */
    void read(boolean on);

    // ---- ends

    /** What was sent came to nothing; only the first word of it counts. */
    void fail(End end);

    /** Its answer is not wanted; nothing is said of it. */
    void abort();

    /** The client of a tunnel has gone. */
    void leave();

    /** A copy that has not been answered by now will not be. */
    void expireCopy();
}
