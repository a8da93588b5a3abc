package dev.weft.proxy.http1;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/** What was sent of a body, kept so that it can be sent again; bounded, and only where a rule may ask for it. */
final class Replay {
    private final int most;
    private final List<ByteBuf> parts = new ArrayList<>(0);
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
        parts.add(part.retainedDuplicate());
    }

    /** Whether all that was sent is here. */
    boolean intact() {
        return keeping;
    }

    void send(Upstream to) {
        for (ByteBuf part : parts) {
            to.write(part.retainedDuplicate());
        }
    }

    /** The request is over, or will not be sent again. */
    void drop() {
        for (ByteBuf part : parts) {
            part.release();
        }
        parts.clear();
        size = 0;
        keeping = false;
    }
}
