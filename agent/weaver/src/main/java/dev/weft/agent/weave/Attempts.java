package dev.weft.agent.weave;

import dev.weft.engine.adapt.Original;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/**
 * The original of one call, which remembers what became of each run: the site needs to know when
 * the adapter fails. Runs may overlap on several threads.
 */
final class Attempts implements Original {
    private final Site site;
    private int made;
    private int over;
    private @Nullable Object result;
    private @Nullable Thrown thrown;
    private boolean failedLast;

    private record Thrown(Throwable throwable, @Nullable Thrown before) {}

    Attempts(Site site) {
        this.site = site;
    }

    @Override
    public @Nullable Object call(Object self, @Nullable Object... args) throws Throwable {
        MethodHandle body = site.body(self, args);
        @Nullable Object[] mark = site.mark();
        synchronized (this) {
            made++;
        }
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
        returned(value);
        return value;
    }

    private synchronized void returned(@Nullable Object value) {
        over++;
        result = value;
        failedLast = false;
    }

    private synchronized void threw(Throwable failed) {
        over++;
        thrown = new Thrown(failed, thrown);
        failedLast = true;
    }

    synchronized int made() {
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
    synchronized @Nullable Object last(Throwable bug) throws Throwable {
        if (over == 0) {
            throw bug;
        }
        if (failedLast && thrown != null) {
            throw thrown.throwable;
        }
        return result;
    }
}
