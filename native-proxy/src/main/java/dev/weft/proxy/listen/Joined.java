package dev.weft.proxy.listen;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/** Bytes that were held because they did not tell enough, and those that came after them. */
public final class Joined {
    private Joined() {}

    /**
     * Both in one buffer; takes them.
     *
     * @param before null for nothing
     */
    public static ByteBuf of(ByteBufAllocator allocator, @Nullable ByteBuf before, ByteBuf in) {
        if (before == null) {
            return in;
        }
        ByteBuf all = allocator.buffer(before.readableBytes() + in.readableBytes());
        all.writeBytes(before).writeBytes(in);
        before.release();
        in.release();
        return all;
    }
}
