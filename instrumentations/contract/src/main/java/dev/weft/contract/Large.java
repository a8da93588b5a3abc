package dev.weft.contract;

import java.io.InputStream;
import java.util.zip.CRC32;

/** A long body that is nowhere in memory: a fixed pattern, read once. */
public final class Large extends InputStream {
    private final long length;
    private long at;

    public Large(long length) {
        this.length = length;
    }

    /** Checksum of the whole of it. */
    public static long crc(long length) {
        var crc = new CRC32();
        for (long i = 0; i < length; i++) {
            crc.update(pattern(i));
        }
        return crc.getValue();
    }

    private static int pattern(long at) {
        return (int) (at * 31 + (at >> 13)) & 0xff;
    }

    @Override
    public int read() {
        return at == length ? -1 : pattern(at++);
    }

    @Override
    public int read(byte[] buffer, int from, int size) {
        if (at == length) {
            return size == 0 ? 0 : -1;
        }
        int count = (int) Math.min(size, length - at);
        for (int i = 0; i < count; i++) {
            buffer[from + i] = (byte) pattern(at++);
        }
        return count;
    }
}
