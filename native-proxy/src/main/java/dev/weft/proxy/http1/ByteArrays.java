package dev.weft.proxy.http1;

import java.util.ArrayDeque;

/** Arrays for heads that are under way; an idle connection has none. One for each event loop. */
final class ByteArrays {
    static final int SIZE = 2048;
    private static final int MOST = 256;

    private final ArrayDeque<byte[]> free = new ArrayDeque<>();

    byte[] take() {
        byte[] last = free.pollLast();
        return last == null ? new byte[SIZE] : last;
    }

    void give(byte[] array) {
        if (array.length == SIZE && free.size() < MOST) {
            free.addLast(array);
        }
    }
}
