package dev.weft.agent.weave;

import org.jspecify.annotations.Nullable;

/**
 * Lets an original through its own prologue. Calling the woven method's body means calling the woven
 * method, whose AROUND must step aside exactly once, on this thread, for this object: the mark is
 * set just before and taken by the first entry that it fits.
 *
 * <p>A mark is an array of the JDK's own and not an object of ours: it stays in the application's threads when
 * the agent has gone, and would keep all our classes with it.
 */
final class Reentry {
    private static final int SITE = 0;
    private static final int SELF = 1;

    private Reentry() {}

    /** The mark of each thread. */
    static ThreadLocal<@Nullable Object[]> marks() {
        return new ThreadLocal<>() {
            @Override
            protected @Nullable Object[] initialValue() {
                return new @Nullable Object[2];
            }
        };
    }

    /**
     * Whether this entry is the original's. Asked only for calls that the adapter wants. Where several
     * adapters stand around one method, the outer ones have handed the call on to the marked one, and
     * step aside without taking the mark.
     */
    static boolean take(@Nullable Object[] mark, Site at, Object object) {
        Site site = (Site) mark[SITE];
        if (site == null || mark[SELF] != object) {
            return false;
        }
        if (site == at) {
            clear(mark);
            return true;
        }
        return site.sharesBody(at);
    }

    static void set(@Nullable Object[] mark, Site at, Object object) {
        mark[SITE] = at;
        mark[SELF] = object;
    }

    static void clear(@Nullable Object[] mark) {
        mark[SITE] = null;
        mark[SELF] = null;
    }
}
