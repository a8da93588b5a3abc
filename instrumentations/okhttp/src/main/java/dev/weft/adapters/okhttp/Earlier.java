package dev.weft.adapters.okhttp;

import dev.weft.engine.adapt.Arrival;
import java.lang.invoke.MethodHandle;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * What the library was at before the agent came. Its pools are known to it by what clears them of connections: as long
 * as one has any, a task of its waits in the runner that all pools share (4.3 and newer), or a thread of its own waits.
 */
final class Earlier {
    private static final String OF = "OkHttp";
    private static final String RUNNER = "okhttp3.internal.concurrent.TaskRunner";
    private static final String POOL = "okhttp3.internal.connection.RealConnectionPool";

    private Earlier() {}

    static void tell(Arrival arrival) {
        arrival.threads(
                OF,
                "call under way",
                "calls under way",
                "okhttp3.internal.connection.RealCall#getResponseWithInterceptorChain",
                "okhttp3.RealCall#getResponseWithInterceptorChain");
        arrival.threads(OF, "WebSocket", "WebSockets", "okhttp3.internal.ws.RealWebSocket#loopReader");
        if (Members.present(RUNNER)) {
            tellPools(arrival);
        } else {
            arrival.threads(
                    OF,
                    "pool with connections, left to expire",
                    "pools with connections, left to expire",
                    POOL + "#lambda",
                    POOL + "$cleanupRunnable$1#run");
            if (arrival.loaded("okhttp3.internal.connection.Exchange$ResponseBodySource")) {
                arrival.unseen(OF, "answers that are being read");
            }
        }
    }

    private static void tellPools(Arrival arrival) {
        try {
            int open = 0;
            int idle = 0;
            for (Object pool : pools()) {
                open += number(pool, "connectionCount");
                idle += number(pool, "idleConnectionCount");
            }
            arrival.count(OF, idle, "idle connection, left to expire", "idle connections, left to expire");
            arrival.count(OF, open - idle, "connection in use", "connections in use");
        } catch (LinkageError | RuntimeException otherRelease) {
            arrival.unseen(OF, "connections, since " + otherRelease);
        } catch (Throwable thrown) {
            throw Members.same(thrown);
        }
    }

    /** Those in which something is open. */
    private static Set<Object> pools() throws Throwable {
        Class<?> runner = Members.type(RUNNER);
        Class<?> queue = Members.type("okhttp3.internal.concurrent.TaskQueue");
        Class<?> task = Members.type(POOL + "$cleanupTask$1");
        MethodHandle scheduled = Members.method(queue, "getScheduledTasks");
        MethodHandle owner = Members.getter(task, "this$0");
        Object shared = Members.getter(runner, "INSTANCE").invoke();
        Set<Object> pools = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Object each : (List<?>) Members.method(runner, "activeQueues").invoke(shared)) {
            for (Object waiting : (List<?>) scheduled.invoke(each)) {
                if (task.isInstance(waiting)) {
                    pools.add(owner.invoke(waiting));
                }
            }
        }
        return pools;
    }

    private static int number(Object pool, String method) throws Throwable {
        return (int) Members.method(pool.getClass(), method).invoke(pool);
    }
}
