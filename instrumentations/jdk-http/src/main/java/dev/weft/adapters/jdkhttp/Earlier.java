package dev.weft.adapters.jdkhttp;

import dev.weft.engine.adapt.Arrival;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;

/**
 * What clients were at before the agent came. A client that has been used has a thread for its sockets, which leads to
 * it; what it counts itself, so as not to end too early, is what it has still to do.
 */
final class Earlier {
    private static final String OF = "java.net.http.HttpClient";

    private int least;
    private int operations;
    private int webSockets;
    private int idle;
    private int multiplexed;

    private Earlier() {}

    static void tell(Arrival arrival) {
        var earlier = new Earlier();
        try {
            for (Thread thread : arrival.threads()) {
                Object client = Internals.owner(thread);
                if (client != null) {
                    earlier.add(client);
                }
            }
        } catch (LinkageError | RuntimeException otherRelease) {
            arrival.unseen(OF, "calls, WebSockets and connections, since " + otherRelease);
            return;
        }
        earlier.say(arrival);
    }

    private void add(Object client) {
        int sockets = counter(client, "pendingWebSocketCount");
        webSockets += sockets;
        int open = Math.max(0, counter(client, "pendingOperationCount") - sockets);
        operations += open;
        least += (open + 1) / 2;
        Object pool = Internals.value(client, "connections");
        if (Internals.has(pool, "stateLock")) {
            var lock = (Lock) Internals.value(pool, "stateLock");
            lock.lock();
            try {
                idle += pooled(pool);
            } finally {
                lock.unlock();
            }
        } else {
            synchronized (pool) { // as Java 17 does
                idle += pooled(pool);
            }
        }
        multiplexed += ((Map<?, ?>) Internals.value(Internals.value(client, "client2"), "connections")).size();
    }

    private static int counter(Object client, String name) {
        return ((AtomicLong) Internals.value(client, name)).intValue();
    }

    private static int pooled(Object pool) {
        int pooled = 0;
        for (String part : new String[] {"plainPool", "sslPool"}) {
            for (Object connections : ((Map<?, ?>) Internals.value(pool, part)).values()) {
                pooled += ((Collection<?>) connections).size();
            }
        }
        return pooled;
    }

    /** A call has one operation open while it waits for the head of the answer; of HTTP/2, and while the body comes, it may have two. */
    private void say(Arrival arrival) {
        if (least < operations) {
            arrival.say(OF + ": " + least + " to " + operations + " calls under way");
        } else {
            arrival.count(OF, operations, "call under way", "calls under way");
        }
        arrival.count(OF, webSockets, "WebSocket", "WebSockets");
        arrival.count(OF, idle, "idle connection, left to expire", "idle connections, left to expire");
        arrival.count(
                OF,
                multiplexed,
                "HTTP/2 connection, left to its calls from before",
                "HTTP/2 connections, left to their calls from before");
    }
}
