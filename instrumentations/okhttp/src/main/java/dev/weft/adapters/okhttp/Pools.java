package dev.weft.adapters.okhttp;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import okhttp3.ConnectionPool;

/** The library's pools in which connections of the mesh may be, for as long as somebody else has them. */
final class Pools {
    /** Its lock is taken where a connection is opened, not for each call. */
    private final Map<ConnectionPool, Boolean> used = Collections.synchronizedMap(new WeakHashMap<>());

    void add(ConnectionPool pool) {
        used.put(pool, true);
    }

    /**
     * Closes all connections that are idle, the application's own among them, which it opens again when it
     * needs them: a pool has no word for some of them, and each of ours would hold us until its time is over.
     */
    void empty() {
        List<ConnectionPool> pools;
        synchronized (used) {
            pools = new ArrayList<>(used.keySet());
        }
        for (ConnectionPool pool : pools) {
            pool.evictAll();
        }
    }
}
