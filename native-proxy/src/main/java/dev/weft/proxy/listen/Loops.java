package dev.weft.proxy.listen;

import com.sun.management.ThreadMXBean;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * The event loops of a proxy, and what each of them owns.
 *
 * @param <W> what one loop owns; used on that loop alone
 */
public final class Loops<W> implements AutoCloseable {
    private static final long QUIET_MILLIS = 0;
    private static final long LONGEST_MILLIS = 2000;

    private final Sockets sockets;
    private final EventLoopGroup group;
    private final List<EventLoop> loops = new ArrayList<>();
    private final List<W> owned = new ArrayList<>();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    /** Of the loops, in their order. */
    private final List<IoHandler> handlers = new ArrayList<>();

    private Inherited inherited = Inherited.nothing();

    /** @param count 1 or more */
    public Loops(Sockets sockets, int count, Function<EventLoop, W> owner) {
        this.sockets = sockets;
        ThreadFactory daemons = new DefaultThreadFactory("weft-proxy", true);
        ThreadFactory noted = task -> {
            Thread thread = daemons.newThread(task);
            threads.add(thread);
            return thread;
        };
        IoHandlerFactory made = sockets.handlers();
        IoHandlerFactory kept = loop -> {
            IoHandler handler = made.newHandler(loop);
            handlers.add(handler);
            return handler;
        };
        this.group = new MultiThreadIoEventLoopGroup(count, noted, kept);
        for (EventExecutor loop : group) {
            loops.add((EventLoop) loop);
            owned.add(owner.apply((EventLoop) loop));
        }
    }

    Sockets sockets() {
        return sockets;
    }

    /** Listeners that are opened from now on take these, where they fit. */
    public void inherit(Inherited sockets) {
        inherited = sockets;
    }

    Inherited inherited() {
        return inherited;
    }

    EventLoopGroup group() {
        return group;
    }

    /** Bytes that the threads of the loops have allocated on the heap; 0 where the JVM doesn't tell. */
    public long allocatedBytes() {
        if (!(ManagementFactory.getThreadMXBean() instanceof ThreadMXBean told)) {
            return 0;
        }
        long sum = 0;
        for (Thread thread : threads) {
            sum += Math.max(0, told.getThreadAllocatedBytes(thread.getId()));
        }
        return sum;
    }

    /** One of them, for what needs a loop and belongs to no connection. */
    public EventLoop first() {
        return loops.get(0);
    }

    /** What the loop of a connection owns. */
    W of(EventLoop loop) {
        for (int i = 0; i < loops.size(); i++) {
            if (loops.get(i) == loop) {
                return owned.get(i);
            }
        }
        throw new IllegalArgumentException("not a loop of this proxy: " + loop);
    }

    /** With all connections: Netty 4.2.18 leaves those of a loop open that is running tasks when it is told to end. */
    @Override
    public void close() {
        for (int i = 0; i < loops.size(); i++) {
            if (!loops.get(i).isShuttingDown()) {
                loops.get(i).submit(handlers.get(i)::prepareToDestroy).awaitUninterruptibly(LONGEST_MILLIS);
            }
        }
        group.shutdownGracefully(QUIET_MILLIS, LONGEST_MILLIS, TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(LONGEST_MILLIS * 2);
    }
}
