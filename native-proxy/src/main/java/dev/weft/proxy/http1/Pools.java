package dev.weft.proxy.http1;

import dev.weft.engine.snapshot.Transport;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The idle upstream connections of one event loop. Nobody else sees them, so there is nothing to lock. */
final class Pools {
    private static final int MOST_IDLE = 128;

    /** The newest is used first: what is not needed grows old at the other end. */
    private final Map<InetSocketAddress, ArrayDeque<Http1Upstream>> plaintext = new HashMap<>();

    private final Map<Target, ArrayDeque<Http1Upstream>> secured = new HashMap<>();
    private int sweeps;

    @Nullable
    Http1Upstream take(InetSocketAddress address, Transport transport) {
        ArrayDeque<Http1Upstream> idle =
                transport == Transport.PLAINTEXT ? plaintext.get(address) : secured.get(new Target(address, transport));
        if (idle == null) {
            return null;
        }
        Http1Upstream newest = idle.pollFirst();
        while (newest != null && !newest.usable()) {
            newest = idle.pollFirst();
        }
        return newest;
    }

    /** False where there are enough of its kind. */
    boolean put(Http1Upstream upstream) {
        ArrayDeque<Http1Upstream> idle = of(upstream.target());
        if (idle.size() >= MOST_IDLE) {
            return false;
        }
        upstream.idleSince = sweeps;
        idle.addFirst(upstream);
        return true;
    }

    private ArrayDeque<Http1Upstream> of(Target target) {
        return target.transport() == Transport.PLAINTEXT
                ? plaintext.computeIfAbsent(target.address(), made -> new ArrayDeque<>())
                : secured.computeIfAbsent(target, made -> new ArrayDeque<>());
    }

    void remove(Http1Upstream upstream) {
        of(upstream.target()).removeFirstOccurrence(upstream);
    }

    /** Closes what was idle for a whole time between two sweeps. */
    void sweep() {
        sweeps++;
        sweep(plaintext);
        sweep(secured);
    }

    private <T> void sweep(Map<T, ArrayDeque<Http1Upstream>> pools) {
        Iterator<ArrayDeque<Http1Upstream>> all = pools.values().iterator();
        while (all.hasNext()) {
            ArrayDeque<Http1Upstream> idle = all.next();
            while (!idle.isEmpty() && sweeps - idle.getLast().idleSince > 1) {
                idle.removeLast().close();
            }
            if (idle.isEmpty()) {
                all.remove();
            }
        }
    }

    int idle() {
        int count = 0;
        for (ArrayDeque<Http1Upstream> pool : plaintext.values()) {
            count += pool.size();
        }
        for (ArrayDeque<Http1Upstream> pool : secured.values()) {
            count += pool.size();
        }
        return count;
    }
}
