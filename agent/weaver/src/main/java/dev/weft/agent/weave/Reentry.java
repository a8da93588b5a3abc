package dev.weft.agent.weave;

import org.jspecify.annotations.Nullable;

/**
 * Lets an original through its own prologue. Calling the woven method's body means calling the woven
 * method, whose AROUND must step aside exactly once, on this thread, for this object: the mark is
 * set just before and taken by the first entry that it fits.
 */
final class Reentry {
    private @Nullable Site site;
    private @Nullable Object self;

    static ThreadLocal<Reentry> threads() {
        return new ThreadLocal<>() {
            @Override
            protected Reentry initialValue() {
                return new Reentry();
            }
        };
    }

    /**
     * Whether this entry is the original's. Asked only for calls that the adapter wants. Where several
     * adapters stand around one method, the outer ones have handed the call on to the marked one, and
     * step aside without taking the mark.
     */
    boolean take(Site at, Object object) {
        if (site == null || self != object) {
            return false;
        }
        if (site == at) {
            mark(null, null);
            return true;
        }
        return site.sharesBody(at);
    }

    void mark(@Nullable Site at, @Nullable Object object) {
        site = at;
        self = object;
    }
}
