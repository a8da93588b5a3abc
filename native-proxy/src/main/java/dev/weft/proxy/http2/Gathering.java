package dev.weft.proxy.http2;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import java.nio.channels.ClosedChannelException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Puts the small pieces that the codec writes (each frame is two of them) into one buffer until they are flushed: an entry
 * of a channel's queue and a part of a gathering write cost more than to copy some hundred bytes. What is large goes on as it
 * is, in its place.
 */
@SuppressWarnings("FutureReturnValueIgnored") // each piece is told by its own promise
final class Gathering extends ChannelOutboundHandlerAdapter {
    /** What is copied; more is cheaper to hand on. */
    static final int SMALL = 2048;

    /** So much is handed on without a flush, so that the channel knows how much waits for its peer. */
    private static final int MOST = 16 * 1024;

    private static final int LEAST = 512;

    private @Nullable ChannelHandlerContext to;
    private @Nullable ByteBuf block;
    private @Nullable Batch batch;
    private @Nullable Batch spare;

    /** Bytes that the last one had: the next will have about as many. */
    private int usual;

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        to = added;
    }

    /**
     * Where a piece is to be appended, after which {@link #added} is called.
     *
     * @param octets that are sure to fit; it grows for more
     * @return null where there is no channel any more
     */
    @Nullable
    ByteBuf begin(int octets) {
        ChannelHandlerContext here = to;
        return here == null ? null : room(here, octets);
    }

    /** @param promise to be kept when the piece is written */
    void added(ChannelPromise promise) {
        Batch whose = batch;
        if (whose == null) {
            whose = spare == null ? new Batch() : spare;
            spare = null;
            batch = whose;
        }
        whose.add(promise);
    }

    @Override
    public void write(ChannelHandlerContext from, Object message, ChannelPromise promise) {
        if (!(message instanceof ByteBuf piece) || piece.readableBytes() > SMALL || promise.isVoid()) {
            handOn(from);
            from.write(message, promise);
            return;
        }
        room(from, piece.readableBytes()).writeBytes(piece);
        piece.release();
        added(promise);
    }

    private ByteBuf room(ChannelHandlerContext here, int octets) {
        ByteBuf before = block;
        if (before != null && before.readableBytes() + octets > MOST) {
            handOn(here); // which may make us write more
            before = block;
        }
        if (before == null) {
            before = here.alloc().directBuffer(Math.max(octets, LEAST + usual));
            block = before;
        }
        return before.ensureWritable(octets);
    }

    private void handOn(ChannelHandlerContext here) {
        ByteBuf whole = block;
        Batch whose = batch;
        if (whole != null && whose != null) {
            block = null;
            batch = null;
            usual = Math.min(MOST, whole.readableBytes());
            here.write(whole, here.newPromise()).addListener(whose);
        }
    }

    @Override
    public void flush(ChannelHandlerContext from) {
        handOn(from);
        from.flush();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext from) {
        to = null;
        ByteBuf whole = block;
        Batch whose = batch;
        block = null;
        batch = null;
        if (whole != null) {
            whole.release();
        }
        if (whose != null) {
            whose.tell(new ClosedChannelException());
        }
    }

    /** Whom it concerns that one buffer was written. */
    private final class Batch implements ChannelFutureListener {
        private ChannelPromise[] promises = new ChannelPromise[16];
        private int count;

        void add(ChannelPromise promise) {
            if (count == promises.length) {
                promises = Arrays.copyOf(promises, count * 2);
            }
            promises[count++] = promise;
        }

        @Override
        public void operationComplete(ChannelFuture written) {
            tell(written.cause());
        }

        void tell(@Nullable Throwable failure) {
            for (int i = 0; i < count; i++) {
                if (failure == null) {
                    promises[i].trySuccess();
                } else {
                    promises[i].tryFailure(failure);
                }
            }
            Arrays.fill(promises, 0, count, null);
            count = 0;
            spare = this;
        }
    }
}
