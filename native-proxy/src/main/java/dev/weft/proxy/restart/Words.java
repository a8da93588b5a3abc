package dev.weft.proxy.restart;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;

/** What is said between one process and the next. */
final class Words {
    static final int VERSION = 1;
    static final int SEND = 'S';
    static final int READY = 'R';

    private Words() {}

    static ByteBuf of(ChannelHandlerContext to, int... octets) {
        ByteBuf out = to.alloc().buffer(octets.length);
        for (int octet : octets) {
            out.writeByte(octet);
        }
        return out;
    }
}
