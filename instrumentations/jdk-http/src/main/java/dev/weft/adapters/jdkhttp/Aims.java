package dev.weft.adapters.jdkhttp;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which of the library's request objects belong to an attempt. By identity, because the library
 * compares requests by value; weak, because it never says when it is done with one. Static, because
 * hooks are created apart and share nothing else; each adapter loader has its own.
 */
final class Aims {
    private static final ConcurrentHashMap<Object, Aim> BY_REQUEST = new ConcurrentHashMap<>();
    private static final ReferenceQueue<Object> GONE = new ReferenceQueue<>();

    private Aims() {}

    static void put(Object request, Aim aim) {
        for (Reference<?> gone = GONE.poll(); gone != null; gone = GONE.poll()) {
            BY_REQUEST.remove(gone);
        }
        BY_REQUEST.put(new Key(request), aim);
    }

    static @Nullable Aim of(@Nullable Object request) {
        return request == null || BY_REQUEST.isEmpty() ? null : BY_REQUEST.get(new Probe(request));
    }

    private static final class Key extends WeakReference<Object> {
        private final int hash;

        Key(Object request) {
            super(request, GONE);
            this.hash = System.identityHashCode(request);
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }
    }

    /** Looks a key up without making a weak reference. */
    private record Probe(Object request) {
        @Override
        public int hashCode() {
            return System.identityHashCode(request);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key && key.refersTo(request);
        }
    }
}
