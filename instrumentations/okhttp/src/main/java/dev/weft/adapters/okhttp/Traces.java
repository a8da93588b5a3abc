package dev.weft.adapters.okhttp;

import dev.weft.engine.trace.TraceContext;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.concurrent.ConcurrentHashMap;
import okhttp3.Call;
import org.jspecify.annotations.Nullable;

/** The traces for which calls were enqueued, for as long as somebody has the call. */
final class Traces {
    private static final ConcurrentHashMap<Key, TraceContext> OF_ENQUEUED = new ConcurrentHashMap<>();
    private static final ReferenceQueue<Object> GONE = new ReferenceQueue<>();

    private Traces() {}

    static void keep(Object call, TraceContext trace) {
        for (Reference<?> gone = GONE.poll(); gone != null; gone = GONE.poll()) {
            OF_ENQUEUED.remove(gone);
        }
        OF_ENQUEUED.put(new Key(call, GONE), trace);
    }

    static @Nullable TraceContext of(Call call) {
        return OF_ENQUEUED.isEmpty() ? null : OF_ENQUEUED.get(new Key(call, null));
    }

    /** The same call, not one that it calls equal. */
    private static final class Key extends WeakReference<Object> {
        private final int hash;

        Key(Object call, @Nullable ReferenceQueue<Object> queue) {
            super(call, queue);
            hash = System.identityHashCode(call);
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            if (this == other) {
                return true;
            }
            Object call = get();
            return call != null && other instanceof Key key && key.refersTo(call);
        }
    }
}
