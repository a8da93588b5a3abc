package dev.weft.adapters.jdkhttp;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What we know of objects of the library. By identity, because the library compares some of them by value;
 * weak, because it never says when it is done with one.
 */
final class SideTable<V> {
    private final ConcurrentHashMap<Object, V> known = new ConcurrentHashMap<>();
    private final ReferenceQueue<Object> gone = new ReferenceQueue<>();

    void put(Object object, V value) {
        for (Reference<?> old = gone.poll(); old != null; old = gone.poll()) {
            known.remove(old);
        }
        known.put(new Key(object, gone), value);
    }

    @Nullable
    V of(@Nullable Object object) {
        return object == null || known.isEmpty() ? null : known.get(new Probe(object));
    }

    private static final class Key extends WeakReference<Object> {
        private final int hash;

        Key(Object object, ReferenceQueue<Object> gone) {
            super(object, gone);
            this.hash = System.identityHashCode(object);
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
    private record Probe(Object object) {
        @Override
        public int hashCode() {
            return System.identityHashCode(object);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key && key.refersTo(object);
        }
    }
}
