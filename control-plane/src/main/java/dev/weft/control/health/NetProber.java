package dev.weft.control.health;

import dev.weft.control.registry.HealthCheck;
import dev.weft.control.registry.HealthCheck.How;
import dev.weft.control.registry.Instance;
import dev.weft.health.Check;
import dev.weft.health.Trial;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tries instances over the network: a connection, or on a new one a GET or a call of gRPC's health service. So many at once; the others
 * wait, because each holds a file descriptor. All of it happens on one thread of its own.
 */
public final class NetProber implements Prober, AutoCloseable {
    private static final int MOST = 500;

    private final EventLoopGroup threads = new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("weft-health", true), NioIoHandler.newFactory());
    private final EventLoop loop = threads.next();
    private final ChannelFactory<? extends SocketChannel> channels;
    private final int most;
    private final Queue<Attempt> waiting = new ArrayDeque<>();
    private int trying;
    private boolean isBeginning;

    public NetProber() {
        this(NioSocketChannel::new, MOST);
    }

    /** @param most tries at once */
    NetProber(ChannelFactory<? extends SocketChannel> channels, int most) {
        this.channels = channels;
        this.most = most;
    }

    @Override
    public void probe(Instance.Key instance, HealthCheck check, Consumer<@Nullable String> told) {
        loop.execute(() -> {
            waiting.add(new Attempt(instance, check, told));
            beginSome();
        });
    }

    private void beginSome() {
        if (isBeginning) {
            return; // one has ended as soon as it began, and the loop that began it goes on
        }
        isBeginning = true;
        try {
            while (trying < most && !waiting.isEmpty()) {
                trying++;
                waiting.remove().begin();
            }
        } finally {
            isBeginning = false;
        }
    }

    private static InetSocketAddress address(Instance.Key instance, int port) throws UnknownHostException {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(instance.address());
        if (bytes == null) {
            throw new UnknownHostException(instance.address());
        }
        return new InetSocketAddress(InetAddress.getByAddress(bytes), port == 0 ? instance.port() : port);
    }

    private static Check check(Instance.Key instance, How how) {
        if (how instanceof How.Http http) {
            return new Check.Http(http.path(), instance.toString(), Map.of(), List.of(Check.Statuses.NO_ERROR));
        }
        return how instanceof How.Grpc grpc ? new Check.Grpc(grpc.service()) : new Check.Tcp();
    }

    /** One try, or the wait for it. */
    private final class Attempt {
        private final Instance.Key instance;
        private final HealthCheck check;
        private final Consumer<@Nullable String> told;

        Attempt(Instance.Key instance, HealthCheck check, Consumer<@Nullable String> told) {
            this.instance = instance;
            this.check = check;
            this.told = told;
        }

        void begin() {
            try {
                Trial.begin(
                        loop,
                        channels,
                        address(instance, check.port()),
                        check(instance, check.how()),
                        check.timeout(),
                        this::end);
            } catch (UnknownHostException e) {
                end("is no address: " + e.getMessage());
            }
        }

        private void end(@Nullable String failure) {
            trying--;
            told.accept(failure);
            beginSome();
        }
    }

    @Override
    public void close() {
        threads.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2_000);
    }
}
