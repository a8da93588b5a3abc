package dev.weft.proxy;

import dev.weft.engine.drive.Clock;
import dev.weft.proxy.config.Opaque;
import dev.weft.proxy.http1.Worker;
import dev.weft.proxy.sniff.Sniffer;
import dev.weft.proxy.tcp.TcpProxy;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import java.util.function.Function;

/** What serves a listener whose connections go to one service, or to the one that the client of TLS names. */
final class FixedTcp {
    private FixedTcp() {}

    /**
     * @param bypass what becomes of it where the service is none of the mesh's, or the mesh is paused
     * @param helloNanos for the first message of TLS, where it says the service
     */
    static Function<Worker, ChannelHandler> handlers(
            Opaque.TcpListener listener, TcpProxy proxy, Bypass bypass, Clock clock, long helloNanos) {
        return worker -> new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel channel) {
                if (!listener.named()) {
                    proxy.lead(
                            channel,
                            listener.service(),
                            listener.port(),
                            false,
                            bypass.to(listener.service(), listener.port()));
                    return;
                }
                channel.pipeline().addLast(new Sniffer(clock, helloNanos, (spoken, name) -> {
                    if (name.isEmpty()) {
                        TcpProxy.RESET.accept(channel);
                    } else {
                        proxy.lead(channel, name, listener.port(), true, bypass.to(name, listener.port()));
                    }
                }));
            }
        };
    }
}
