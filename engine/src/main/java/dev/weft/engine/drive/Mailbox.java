package dev.weft.engine.drive;

import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * Events that come from any thread and are worked off one at a time, in their order: by whoever finds it
 * idle, so that nobody waits. An event that finds it idle, as nearly all do, is put nowhere.
 */
final class Mailbox {
    private static final AtomicReferenceFieldUpdater<Mailbox, @Nullable Letter> NEWEST =
            AtomicReferenceFieldUpdater.newUpdater(Mailbox.class, Letter.class, "newest");

    /** Somebody is at work, and nothing waits. */
    private static final Letter NONE = new Letter(() -> {}, null);

    /** Null when nobody is at work. */
    private volatile @Nullable Letter newest;

    /** What is done with an event. Must not throw. */
    interface Worker {
        void work(Runnable event);
    }

    void post(Runnable event, Worker worker) {
        if (!NEWEST.compareAndSet(this, null, NONE) && left(event)) {
            return;
        }
        worker.work(event);
        while (!NEWEST.compareAndSet(this, NONE, null)) {
            for (Letter next = oldest(); next != null; next = next.other) {
                worker.work(next.event);
            }
        }
    }

    /** Leaves an event to who is at work; false when nobody is any more, and the caller is. */
    private boolean left(Runnable event) {
        while (true) {
            Letter before = newest;
            if (before == null) {
                if (NEWEST.compareAndSet(this, null, NONE)) {
                    return false;
                }
            } else if (NEWEST.compareAndSet(this, before, new Letter(event, before))) {
                return true;
            }
        }
    }

    /** Takes what waits out, in the order in which it came. */
    private @Nullable Letter oldest() {
        Letter turned = null;
        for (Letter next = NEWEST.getAndSet(this, NONE); next != null && next != NONE; ) {
            Letter before = next.other;
            next.other = turned;
            turned = next;
            next = before;
        }
        return turned;
    }

    private static final class Letter {
        private final Runnable event;
        /** The one before; once they are taken out, the one after. */
        private @Nullable Letter other;

        Letter(Runnable event, @Nullable Letter other) {
            this.event = event;
            this.other = other;
        }
    }
}
