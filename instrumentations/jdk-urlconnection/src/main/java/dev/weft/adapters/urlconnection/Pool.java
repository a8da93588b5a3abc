package dev.weft.adapters.urlconnection;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.Lock;

/** The library's pool of connections, of which the JVM has one: by part of a key, where {@link Place} stands for ours. */
final class Pool {
    private static final Class<?> TYPE = Members.type("sun.net.www.http.KeepAliveCache");
    private static final MethodHandle THE_ONE = Members.constant(Members.type("sun.net.www.http.HttpClient"), "kac")
            .asType(MethodType.methodType(Object.class));
    private static final MethodHandle LOCK = Members.getter(TYPE, "cacheLock", Object.class);
    private static final MethodHandle PART =
            Members.getter(Members.type("sun.net.www.http.KeepAliveKey"), "obj", Object.class);

    private Pool() {}

    /** Closes what is kept for calls of the mesh, and leaves no sign of it. */
    static void emptyOfOurs() {
        for (Object client : taken()) {
            Clients.close(client);
        }
    }

    /** How many connections are kept that are none of the mesh's. */
    static int others() {
        int kept = 0;
        Map<?, ?> pool = pool();
        var lock = (Lock) Objects.requireNonNull(Members.get(LOCK, pool));
        lock.lock();
        try {
            for (Map.Entry<?, ?> each : pool.entrySet()) {
                if (!(Members.get(PART, each.getKey()) instanceof Place)) {
                    kept += ((Collection<?>) each.getValue()).size();
                }
            }
        } finally {
            lock.unlock();
        }
        return kept;
    }

    /** As the library's own timer takes those whose time is over. */
    private static List<Object> taken() {
        List<Object> clients = new ArrayList<>();
        Map<?, ?> pool = pool();
        var lock = (Lock) Objects.requireNonNull(Members.get(LOCK, pool));
        lock.lock();
        try {
            for (Iterator<? extends Map.Entry<?, ?>> all = pool.entrySet().iterator(); all.hasNext(); ) {
                Map.Entry<?, ?> kept = all.next();
                if (Members.get(PART, kept.getKey()) instanceof Place) {
                    for (Object entry : (Collection<?>) kept.getValue()) {
                        // Its class has one name in 17 and another in 25.
                        clients.add(Members.get(Members.getter(entry.getClass(), "hc", Object.class), entry));
                    }
                    all.remove();
                }
            }
        } finally {
            lock.unlock();
        }
        return clients;
    }

    private static Map<?, ?> pool() {
        try {
            return (Map<?, ?>) (Object) THE_ONE.invokeExact();
        } catch (Throwable thrown) {
            throw Members.same(thrown);
        }
    }
}
