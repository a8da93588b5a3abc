package dev.weft.proxy.listen;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Addresses by the system's resolver, which blocks and so has threads of its own; the JDK remembers its answers. */
public final class Names implements AutoCloseable {
    private static final int THREADS = 4;
    private static final int MOST_WAITING = 1000;
    private static final long LINGER_SECONDS = 10;

    private final ThreadPoolExecutor executor;
    private final Predicate<InetAddress> mesh;

    public Names() {
        this(address -> false);
    }

    /** @param mesh whether an address is one that the mesh alone knows: it is as if there were none */
    public Names(Predicate<InetAddress> mesh) {
        this.mesh = mesh;
        executor = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                LINGER_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(MOST_WAITING),
                new DefaultThreadFactory("weft-proxy-names", true));
        executor.allowCoreThreadTimeOut(true);
    }

    /**
     * Brings the first address of a host to the loop.
     *
     * @param then gets it, or why there is none
     */
    public void resolve(
            String host, EventLoop loop, BiConsumer<@Nullable InetAddress, @Nullable UnknownHostException> then) {
        try {
            executor.execute(() -> {
                try {
                    InetAddress address = InetAddress.getByName(host);
                    if (mesh.test(address)) {
                        throw new UnknownHostException(host + ": has no address but one of the mesh's own");
                    }
                    loop.execute(() -> then.accept(address, null));
                } catch (UnknownHostException e) {
                    loop.execute(() -> then.accept(null, e));
                }
            });
        } catch (RejectedExecutionException e) {
            then.accept(null, new UnknownHostException(host + ": too many names are being looked up"));
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
