package dev.weft.adapters.okhttp;

import java.lang.ref.WeakReference;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import okhttp3.Call;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.internal.connection.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * A hop of a library's call that is being made through the mesh, found by whoever cancels the call.
 *
 * <p>Stopping an attempt is the library's cancelling, taken back before the next one. So it matters
 * who cancelled: what the application does is marked before the library's flag is set, and whoever
 * takes the flag back looks at the mark afterwards. Either order leaves the application's flag set.
 */
final class Hop {
    private static final ConcurrentHashMap<Object, Hop> UNDER_WAY = new ConcurrentHashMap<>();

    /**
     * What this thread last asked for through the mesh in such a way that the library thinks about asking again.
     * Weak: threads outlive applications.
     */
    private static final ThreadLocal<@Nullable WeakReference<HttpUrl>> LAST = new ThreadLocal<>();

    private final Rewind rewind;
    private final Object state;
    private final Call call;
    private final Thread thread = Thread.currentThread();
    private volatile boolean cancelled;
    private volatile @Nullable Thread stopping;

    /**
     * @param state where the library keeps the call's flag
     */
    Hop(Rewind rewind, Object state, Call call) {
        this.rewind = rewind;
        this.state = state;
        this.call = call;
    }

    void enter() {
        UNDER_WAY.put(state, this);
        if (call.isCanceled()) {
            cancelled = true;
        }
    }

    /** @param doubtful what was asked for, where the library may ask for it again; null where it won't */
    void leave(@Nullable HttpUrl doubtful) {
        UNDER_WAY.remove(state);
        if (doubtful != null) {
            LAST.set(new WeakReference<>(doubtful));
        }
    }

    /** Whether what the library judges now came through the mesh: the library keeps the URL's object. */
    static boolean cameFrom(HttpUrl url) {
        WeakReference<HttpUrl> last = LAST.get();
        return last != null && last.refersTo(url);
    }

    /** Somebody cancels a call of the library. */
    static void cancelling(Object state) {
        Hop hop = UNDER_WAY.get(state);
        if (hop != null && hop.stopping != Thread.currentThread()) {
            hop.cancelled = true;
            LockSupport.unpark(hop.thread);
        }
    }

    OkHttpClient client() {
        return rewind.client(state);
    }

    /** As {@link Rewind#prepare}. */
    void prepare(Interceptor.Chain chain, @Nullable Exchange before) {
        rewind.prepare(chain, before);
    }

    boolean is(@Nullable Object other) {
        return state == other;
    }

    boolean cancelled() {
        return cancelled;
    }

    /** From now on the library takes the call for cancelled. */
    void poison() {
        rewind.cancelled(state, true);
    }

    /** Closes what is being opened. Listeners hear of it as of any cancelling (since 4.4): only the library knows what to close. */
    void stopConnecting() {
        rewind.cancelled(state, false);
        stopping = Thread.currentThread();
        try {
            rewind.cancel(state);
        } finally {
            stopping = null;
        }
    }

    /** Takes back what {@link #poison} did. */
    void clear() {
        rewind.cancelled(state, false);
        if (cancelled) {
            rewind.cancelled(state, true);
        }
    }
}
