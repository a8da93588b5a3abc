package dev.weft.agent.weave;

import dev.weft.engine.adapt.Original;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/**
 * The original of one call, which remembers what became of each run: the site needs to know when
 * the adapter fails. Runs may overlap on several threads.
 *
 * <p>Nearly always there is one run and it returns, so a lock is taken for failures alone.
 */
final class Attempts implements Original {
    private static final Object NOTHING = new Object();

    private final Site site;
    private final Thread thread = Thread.currentThread();
    /** This thread's, for {@link Reentry}; null where it was not needed yet. */
    private final @Nullable Object @Nullable [] marked;

    private volatile boolean made;
    /** What the last run to come back answered, or a {@link Thrown}; {@link #NOTHING} before one has. */
    private volatile @Nullable Object last = NOTHING;
    /** All that was ever thrown. */
    private @Nullable Thrown thrown;

    private record Thrown(Throwable throwable, @Nullable Thrown before) {}

    Attempts(Site site, @Nullable Object @Nullable [] marked) {
        this.site = site;
        this.marked = marked;
    }

    @Override
    public @Nullable Object call(Object self, @Nullable Object... args) throws Throwable {
        MethodHandle body = site.body(self, args);
        @Nullable Object[] mark = marked != null && thread == Thread.currentThread() ? marked : site.mark();
        made = true;
        Object value;
        Reentry.set(mark, site, self);
        try {
            value = (Object) body.invokeExact(self, args);
        } catch (Throwable failed) {
            threw(failed);
            throw failed;
        } finally {
            Reentry.clear(mark);
        }
        last = value;
        return value;
    }

    private synchronized void threw(Throwable failed) {
        thrown = new Thrown(failed, thrown);
        last = thrown;
    }

    /** Whether the library's code has run, or has begun to. */
    boolean made() {
        return made;
    }

    /** Whether this very object came out of the library. */
    synchronized boolean threwThis(Throwable candidate) {
        for (Thrown at = thrown; at != null; at = at.before) {
            if (at.throwable == candidate) {
                return true;
            }
        }
        return false;
    }

    /** What the library last answered; when nothing has come back yet, the bug itself is all there is to say. */
    @Nullable
    Object last(Throwable bug) throws Throwable {
        Object came = last;
        if (came == NOTHING) {
            throw bug;
        }
        if (came instanceof Thrown failed) {
            throw failed.throwable;
        }
        return came;
    }
}
