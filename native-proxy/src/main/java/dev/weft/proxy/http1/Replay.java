package dev.weft.proxy.http1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.List;

/**
 * What was sent of a body, kept so that it can be sent again; bounded, and only where a rule may ask for it. It is a copy,
 * in blocks that are filled up: the buffers it came in may be many times larger than what came in them.
 */
final class Replay {
    private static final int BLOCK = 8 * 1024;

    private final int most;
    private final List<ByteBuf> blocks = new ArrayList<>(0);
    private int size;
    private boolean keeping;

    Replay(int most) {
        this.most = most;
    }

    /** From the first byte of the body on; a second answer does not revive what was dropped. */
    void keep(boolean wanted) {
        keeping = wanted && (keeping || size == 0);
        if (!keeping) {
            drop();
        }
    }

    void add(ByteBuf part) {
        if (!keeping) {
            size = Math.max(1, size); // something has gone that can't be had again
            return;
        }
        if (size + part.readableBytes() > most) {
            drop();
            size = 1;
            return;
        }
        size += part.readableBytes();
        int at = part.readerIndex();
        while (at < part.writerIndex()) {
            ByteBuf block = block(part.alloc());
            int octets = Math.min(part.writerIndex() - at, block.writableBytes());
            block.writeBytes(part, at, octets);
            at += octets;
        }
    }

    /** One with room; none ever grows, so what was sent of it stays where it is. */
    private ByteBuf block(ByteBufAllocator from) {
        ByteBuf last = blocks.isEmpty() ? null : blocks.get(blocks.size() - 1);
        if (last == null || !last.isWritable()) {
            last = from.buffer(BLOCK, BLOCK);
            blocks.add(last);
        }
        return last;
    }

    /** Whether all that was sent is here. */
    boolean intact() {
        return keeping;
    }

    /** Whether something has gone that can't be had again. */
    boolean lost() {
        return !keeping && size > 0;
    }

    void send(Upstream to) {
        for (ByteBuf block : blocks) {
            to.write(block.retainedDuplicate());
        }
    }

    /** The request is over, or will not be sent again. */
    void drop() {
        for (ByteBuf block : blocks) {
            block.release();
        }
        blocks.clear();
        size = 0;
        keeping = false;
    }
}
