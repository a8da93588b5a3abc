package dev.weft.proxy.http1;

import dev.weft.engine.call.End;
import dev.weft.engine.call.Refusal;
import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The client's side of an exchange: a connection of HTTP/1.1, or a stream of HTTP/2. Used on its loop alone. */
public interface Downstream {
    /** Fired into connections when the process drains. */
    Object DRAIN = new Object();

    /**
     * Fired into connections when another process serves from now on: they end as soon as no request can be lost by it.
     * HTTP/2 says so to its client at once; HTTP/1.1 has no word for it but on an answer, and stays until {@link #DRAIN}.
     */
    Object LEAVE = new Object();

    /** Whether it is a stream of HTTP/2. */
    boolean http2();

    /** Address of the client; null for one of this host. */
    @Nullable
    String source();

    /** Whoever has made the connection. */
    Peer peer();

    /** Whether the process wants to end. */
    boolean draining();

    // ---- what comes from the client

    /** A buffer for a head that goes out. */
    ByteBuf buffer(int room);

    /** What was held may have somewhere to go now. */
    void resume();

    void pause();

    /** Flushes it when there is nothing more to read here, which may be at once. */
    void flushLater(Upstream to);

    /** Bytes that moved for this client, elsewhere. */
    void active();

    // ---- what goes to the client

    boolean writable();

    /** @param edits made of this head, which are applied */
    void interim(ResponseHead head, HeadEdits edits);

    /**
     * The head of an answer whose body comes as {@link #data}.
     *
     * @param edits made of this head, which are applied
     * @param bodyless whether nothing follows but {@link #end}
     * @param keep whether there may be another request
     */
    void answer(ResponseHead head, HeadEdits edits, boolean bodyless, boolean keep);

    /** A part of the body, without anything that frames it. */
    void data(ByteBuf part);

    /** @param trailers null for none */
    void end(@Nullable Trailers trailers);

    /**
     * An answer that is made here.
     *
     * @param keep whether there may be another request
     */
    void reply(int status, List<Refusal.Header> headers, String text, boolean keep);

    void flush();

    /**
     * The answer is whole.
     *
     * @param keep whether there may be another request
     * @param detached whether somebody still looks at this one
     */
    void done(boolean keep, boolean detached);

    /**
     * Breaks off: what the client has got is not whole, and it has to see that.
     *
     * @param endsWithClose whether the mere end of the connection would make it whole
     * @param why what became of the answer; null where it was stopped here
     */
    void breakOff(boolean endsWithClose, @Nullable End why);
}
