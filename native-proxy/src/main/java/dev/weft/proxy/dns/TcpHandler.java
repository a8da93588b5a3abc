package dev.weft.proxy.dns;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.timeout.IdleStateEvent;
import java.io.IOException;
import java.util.function.Consumer;

/**
 * Questions of one connection (RFC 7766): several at a time, answered as the answers come. One that asks faster
 * than it is answered is not read for a while.
 */
final class TcpHandler extends SimpleChannelInboundHandler<ByteBuf> {
    private static final int MOST_OPEN = 32;

    private final Resolver resolver;
    private final Consumer<String> log;
    private int open;

    TcpHandler(Resolver resolver, Consumer<String> log) {
        this.resolver = resolver;
        this.log = log;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, ByteBuf message) {
        byte[] bytes = ByteBufUtil.getBytes(message);
        if (bytes.length < Wire.HEADER || (Wire.u16(bytes, 2) & Wire.QR) != 0) {
            ctx.close(); // no answer will come, so the client would wait
            return;
        }
        open++;
        resolver.resolve(bytes, false, answer -> {
            open--;
            var framed = ctx.alloc().buffer(answer.length + 2);
            ctx.writeAndFlush(framed.writeShort(answer.length).writeBytes(answer), ctx.voidPromise());
            balance(ctx);
        });
        balance(ctx);
    }

    private void balance(ChannelHandlerContext ctx) {
        ctx.channel().config().setAutoRead(open < MOST_OPEN && ctx.channel().isWritable());
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        balance(ctx);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof IdleStateEvent) {
            ctx.close();
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof IOException)) {
            log.accept("mesh DNS failed at a connection and closes it: " + cause);
        }
        ctx.close();
    }
}
