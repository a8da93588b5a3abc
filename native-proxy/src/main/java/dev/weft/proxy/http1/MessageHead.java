package dev.weft.proxy.http1;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** A first line and fields, read once into offsets as their bytes come. */
public abstract sealed class MessageHead permits RequestHead, ResponseHead, Trailers {
    /** More bytes are needed. */
    public static final int MORE = Fields.MORE;
    /** The head is whole, and what it may be. */
    public static final int DONE = Fields.DONE;

    final HeadBytes head;
    final Fields fields;

    /** -1 for none. */
    long contentLength;

    boolean chunked;
    boolean close;
    boolean http11;
    private boolean open;

    /** Whether the first line is whole. */
    private boolean begun;

    MessageHead(HeadLimits limits, ByteArrays arrays) {
        this.head = new HeadBytes(limits.octets(), arrays);
        this.fields = new Fields(limits.lines());
    }

    /** Reads the first line, and tells the fields where they begin. */
    abstract int line();

    /** Judges what is whole. */
    abstract int meaning();

    public void clear() {
        head.clear();
        begun = false;
        open = false;
    }

    /** As {@link #clear}, for a connection that may be idle for long. */
    public final void release() {
        clear();
        head.release();
    }

    /** Whether some of a head is there. */
    final boolean partial() {
        return head.length > 0;
    }

    /**
     * Takes bytes, all of them or those that belong to the head.
     *
     * @return {@link #MORE}, {@link #DONE}, or for what is none the status to refuse a request with
     */
    public final int feed(ByteBuf in) {
        while (in.isReadable()) {
            int added = head.take(in);
            if (added == 0) {
                return Fields.TOO_LARGE;
            }
            int result = head.worth(added) ? read() : Fields.MORE;
            if (result == Fields.DONE) {
                in.readerIndex(in.readerIndex() - (head.length - fields.end()));
                return meaning();
            }
            if (result != Fields.MORE) {
                return result;
            }
            head.incomplete();
        }
        return Fields.MORE;
    }

    private int read() {
        if (!begun) {
            int result = line();
            if (result != Fields.DONE) {
                return result;
            }
            begun = true;
        }
        return fields.read(head.bytes, head.length);
    }

    /** The first value of a name; null for none. */
    public final @Nullable String first(String name, Worker worker) {
        return fields.first(head.bytes, name, worker.texts);
    }

    public final byte[] bytes() {
        return head.bytes;
    }

    /** -1 for none. */
    public final long contentLength() {
        return contentLength;
    }

    public final boolean chunked() {
        return chunked;
    }

    /** Whether a body follows whose end is said elsewhere, as HTTP/2 does. */
    public final boolean open() {
        return open;
    }

    /** Says that of a head without a length. */
    public final void setOpen() {
        open = true;
    }

    /** Whether the sender closes after this, or can't say that it won't. */
    final boolean close() {
        return close;
    }
}
