package dev.weft.proxy.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.Test;

class ReplayTest {
    /** With counters of its own. */
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);

    private long heldFor(int parts, int size) {
        Replay replay = new Replay(64 * 1024);
        replay.keep(true);
        for (int i = 0; i < parts; i++) {
            ByteBuf part = allocator.buffer(2048).writeZero(size);
            replay.add(part);
            part.release();
        }
        assertTrue(replay.intact());
        long held = allocator.metric().usedHeapMemory();
        replay.drop();
        assertEquals(0, allocator.metric().usedHeapMemory());
        return held;
    }

    @Test
    void aBodyInSmallPiecesTakesNoMoreThanItsSize() {
        assertEquals(64 * 1024, heldFor(64 * 1024, 1));
        assertEquals(64 * 1024, heldFor(64, 1024));
        assertEquals(8 * 1024, heldFor(3, 5));
    }

    @Test
    void moreThanMayBeKeptIsNotKeptAtAll() {
        Replay replay = new Replay(10);
        replay.keep(true);
        ByteBuf part = allocator.buffer(16).writeZero(6);
        replay.add(part);
        replay.add(part);
        assertFalse(replay.intact());
        replay.keep(true);
        assertFalse(replay.intact());
        part.release();
        assertEquals(0, allocator.metric().usedHeapMemory());
    }
}
