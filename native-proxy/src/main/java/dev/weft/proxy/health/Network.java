package dev.weft.proxy.health;

import dev.weft.health.Check;
import dev.weft.health.Trial;
import dev.weft.proxy.listen.Sockets;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoop;
import io.netty.channel.ReflectiveChannelFactory;
import io.netty.channel.socket.SocketChannel;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Asks the application over a connection. */
final class Network implements Asking {
    private final EventLoop loop;
    private final InetSocketAddress application;
    private final Check check;
    private final Duration timeout;
    private final ChannelFactory<? extends SocketChannel> channels;

    Network(EventLoop loop, InetSocketAddress application, Check check, Duration timeout) {
        this.loop = loop;
        this.application = application;
        this.check = check;
        this.timeout = timeout;
        this.channels = new ReflectiveChannelFactory<>(Sockets.client(loop));
    }

    @Override
    public Runnable begin(Consumer<@Nullable String> over) {
        return Trial.begin(loop, channels, application, check, timeout, over)::cancel;
    }
}
