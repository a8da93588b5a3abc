package dev.weft.proxy.dns;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import java.io.IOException;
import java.util.function.Consumer;

/** Questions that come as datagrams. */
final class UdpHandler extends SimpleChannelInboundHandler<DatagramPacket> {
    private final Resolver resolver;
    private final Consumer<String> log;

    UdpHandler(Resolver resolver, Consumer<String> log) {
        this.resolver = resolver;
        this.log = log;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, DatagramPacket packet) {
        var client = packet.sender();
        resolver.resolve(
                ByteBufUtil.getBytes(packet.content()),
                true,
                answer -> ctx.writeAndFlush(
                        new DatagramPacket(Unpooled.wrappedBuffer(answer), client), ctx.voidPromise()));
    }

    /** A client that went away before its answer came (ICMP) must not end the service for all others. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof IOException)) {
            log.accept("mesh DNS failed at a datagram and goes on: " + cause);
        }
    }
}
