package dev.weft.proxy.address;

import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import java.util.function.Consumer;

/** What comes of opening a connection. */
public final class Connecting {
    private Connecting() {}

    /**
     * Tells the loop how connecting has ended. Where there is no descriptor for a socket, Netty has no channel either, and
     * tells it on a thread of its own.
     */
    public static void whenOver(ChannelFuture connecting, EventLoop loop, Consumer<ChannelFuture> told) {
        connecting.addListener(done -> {
            if (loop.inEventLoop()) {
                told.accept(connecting);
            } else {
                loop.execute(() -> told.accept(connecting));
            }
        });
    }
}
