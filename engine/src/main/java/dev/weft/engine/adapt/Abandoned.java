package dev.weft.engine.adapt;

import dev.weft.engine.call.End;
import dev.weft.engine.drive.Ending;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Ends calls whose answers nobody can read any more. Many an application asks for the status alone and closes nothing;
 * libraries get over that where their pool, or the JDK's, is told by the collector.
 *
 * <p>Each adapter has one of its own, beside the application that it serves: what is watched leads to that
 * application's classes, and must go with them.
 */
public final class Abandoned {
    private final Set<Watch> open = ConcurrentHashMap.newKeySet();
    private final ReferenceQueue<Object> gone = new ReferenceQueue<>();

    /** @param reader without it the rest of the answer can't be read; nothing that the ending holds may hold it */
    public Watch watch(Object reader, Ending ending) {
        var watch = new Watch(reader, ending);
        open.add(watch);
        return watch;
    }

    /** Ends those whose readers are gone. */
    public void collect() {
        for (@Nullable Reference<?> dropped = gone.poll(); dropped != null; dropped = gone.poll()) {
            if (dropped instanceof Watch watch && open.remove(watch)) {
                watch.ending.end(End.COMPLETE);
            }
        }
    }

    /** Of one answer. */
    public final class Watch extends WeakReference<Object> {
        private final Ending ending;
        /** The JVM is asked for an object's own the slow way. */
        private final int hash = ThreadLocalRandom.current().nextInt();

        private Watch(Object reader, Ending ending) {
            super(reader, gone);
            this.ending = ending;
        }

        /** The answer was read to its end, or is nobody's to watch any more. */
        public void over() {
            open.remove(this);
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
}
