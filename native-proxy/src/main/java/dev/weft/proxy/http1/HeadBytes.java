package dev.weft.proxy.http1;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * The bytes of one head, in an array of the heap: they stay for as long as rules, retries or the access log look at
 * them, while the buffer they came in goes on.
 */
final class HeadBytes {
    private static final int STEP = 2048;
    private static final byte[] NONE = {};

    private final int most;
    private final ByteArrays arrays;
    byte[] bytes = NONE;
    int length;

    /** Whether all bytes so far were searched for the end of a line, and none is left that a new one could end. */
    private boolean incomplete;

    HeadBytes(int most, ByteArrays arrays) {
        this.most = most;
        this.arrays = arrays;
    }

    void clear() {
        length = 0;
        incomplete = false;
    }

    /** Nothing is kept for a head that may not come for a long time. */
    void release() {
        clear();
        arrays.give(bytes);
        bytes = NONE;
    }

    /** Takes some bytes out of a buffer. How many; 0 where the head is too large. */
    int take(ByteBuf in) {
        int count = Math.min(Math.min(in.readableBytes(), STEP), most - length);
        if (length + count > bytes.length) {
            grow(length + count);
        }
        in.readBytes(bytes, length, count);
        length += count;
        return count;
    }

    /** Makes room for bytes that are put behind the head. */
    void room(int octets) {
        if (octets > bytes.length) {
            grow(octets);
        }
    }

    private void grow(int room) {
        byte[] before = bytes;
        bytes = before.length == 0 ? arrays.take() : before;
        if (room > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, room));
            arrays.give(before);
        }
    }

    /** Whether there is anything new to look for: whoever sends byte by byte must not make us read all of it each time. */
    boolean worth(int added) {
        if (!incomplete) {
            return true;
        }
        for (int i = length - added; i < length; i++) {
            if (bytes[i] == '\n') {
                return true;
            }
        }
        return false;
    }

    void incomplete() {
        incomplete = true;
    }
}
