package dev.weft.control.source;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** The JDK's resolver, which blocks, on a few threads of its own. */
public final class JdkResolver implements Resolver, AutoCloseable {
    private static final int THREADS = 4;
    private static final int MAX_ADDRESSES = 64;

    private final Lookup lookup;
    private final AtomicInteger number = new AtomicInteger();
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS, task -> {
        Thread thread = new Thread(task, "weft-dns-" + number.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    });

    public JdkResolver() {
        this(InetAddress::getAllByName);
    }

    JdkResolver(Lookup lookup) {
        this.lookup = lookup;
    }

    /** {@link InetAddress#getAllByName}. */
    interface Lookup {
        InetAddress[] of(String name) throws UnknownHostException;
    }

    @Override
    public void resolve(String name, Consumer<Resolution> told) {
        try {
            threads.execute(() -> told.accept(now(name)));
        } catch (RejectedExecutionException e) {
            told.accept(new Resolution(List.of(), "the control plane ends"));
        }
    }

    private Resolution now(String name) {
        try {
            TreeSet<String> addresses = new TreeSet<>();
            for (InetAddress address : lookup.of(name)) {
                if (addresses.size() < MAX_ADDRESSES) {
                    addresses.add(NetUtil.toAddressString(address));
                }
            }
            return new Resolution(List.copyOf(addresses), "");
        } catch (UnknownHostException e) {
            return new Resolution(List.of(), "DNS knows no such name");
        } catch (RuntimeException | Error e) {
            // Of a resolver that is plugged in; without an answer nobody would ask again.
            return new Resolution(List.of(), "its resolver fails: " + e);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
