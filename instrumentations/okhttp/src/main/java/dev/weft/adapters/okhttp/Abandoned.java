package dev.weft.adapters.okhttp;

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
 * the library gets over that, its pool being told by the collector.
 */
final class Abandoned extends WeakReference<Object> {
    private static final Set<Abandoned> OPEN = ConcurrentHashMap.newKeySet();
    private static final ReferenceQueue<Object> GONE = new ReferenceQueue<>();

    private final Ending ending;
    /** The JVM is asked for an object's own the slow way. */
    private final int hash = ThreadLocalRandom.current().nextInt();

    private Abandoned(Object reader, Ending ending) {
        super(reader, GONE);
        this.ending = ending;
    }

    /** @param reader without it the rest of the answer can't be read; nothing that the ending holds may hold it */
    static Abandoned watch(Object reader, Ending ending) {
        var watch = new Abandoned(reader, ending);
        OPEN.add(watch);
        return watch;
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    void over() {
        OPEN.remove(this);
    }

    static void collect() {
        for (@Nullable Reference<?> gone = GONE.poll(); gone != null; gone = GONE.poll()) {
            if (gone instanceof Abandoned watch && OPEN.remove(watch)) {
                watch.ending.end(End.COMPLETE);
            }
        }
    }
}
