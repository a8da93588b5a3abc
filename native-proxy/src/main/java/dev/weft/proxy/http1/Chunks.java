package dev.weft.proxy.http1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Puts the parts of a body into chunks (RFC 9112, section 7.1). */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes the connection, and that is seen
final class Chunks {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final int MOST_SIZE = 10;
    private static final byte[] LAST = {'0', '\r', '\n'};
    private static final ByteBuf LINE_END =
            Unpooled.unreleasableBuffer(Unpooled.directBuffer(2).writeByte('\r').writeByte('\n'));

    private Chunks() {}

    static void write(ChannelHandlerContext to, ByteBuf part) {
        int octets = part.readableBytes();
        if (octets == 0) {
            part.release(); // a chunk without bytes would be the last
            return;
        }
        ByteBuf size = to.alloc().buffer(MOST_SIZE);
        int digits = (Integer.SIZE - Integer.numberOfLeadingZeros(octets) + 3) / 4;
        for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
            size.writeByte(HEX[octets >>> shift & 15]);
        }
        size.writeByte('\r').writeByte('\n');
        to.write(size, to.voidPromise());
        to.write(part, to.voidPromise());
        to.write(LINE_END.duplicate(), to.voidPromise());
    }

    static void end(ChannelHandlerContext to, @Nullable Trailers trailers) {
        ByteBuf out = to.alloc().buffer(64).writeBytes(LAST);
        if (trailers != null) {
            trailers.each((in, name, nameEnd, value, valueEnd) -> out.writeBytes(in, name, nameEnd - name)
                    .writeByte(':')
                    .writeByte(' ')
                    .writeBytes(in, value, valueEnd - value)
                    .writeByte('\r')
                    .writeByte('\n'));
        }
        to.write(out.writeByte('\r').writeByte('\n'), to.voidPromise());
    }
}
