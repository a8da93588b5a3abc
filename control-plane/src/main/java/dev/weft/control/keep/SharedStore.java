package dev.weft.control.keep;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Named contents that several replicas have in common. Each hears of every change in the order in which
 * the changes were made, its own included, and a write says which revision it has seen. While the store
 * is away nothing is heard and nothing can be written. Safe from any thread.
 */
public interface SharedStore extends AutoCloseable {
    /** Folder in which each living replica has a name: its own. */
    String REPLICAS = "replicas";

    /** What this replica is called, other than every process before it. */
    String replica();

    /**
     * Before the start: from the first look on the follower hears of all that is, comes and goes in a folder.
     *
     * @param follower told on the store's own thread; must not block
     */
    void follow(String folder, Follower follower);

    /**
     * Makes changes, each for itself: one is made if what is there has the revision that it expects.
     *
     * @param changes of different names, {@link #MOST} at the most, and {@link #LARGEST} bytes together
     * @return ends with a {@link StoreAwayException} when nothing is known of what became of them
     */
    CompletableFuture<Written> write(List<Change> changes);

    /** So many changes may be made at once. */
    int MOST = 64;

    /** So many bytes may one content have, and those of changes that are made at once together; etcd takes 1.5 MiB. */
    int LARGEST = 1_000_000;

    /** Since when the store has been away, and why, for people; null while it answers. */
    @Nullable
    String away();

    /** Where a name stands, for people. */
    String where(String name);

    @Override
    void close();

    /**
     * A change to be made.
     *
     * @param content null to take it away
     * @param seen revision of what was seen last; 0 for none
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    record Change(String name, byte @Nullable [] content, long seen) {}

    /**
     * What became of changes.
     *
     * @param revision that those which were made have now
     * @param isMade for each
     */
    record Written(long revision, List<Boolean> isMade) {
        public Written {
            isMade = List.copyOf(isMade);
        }
    }

    /**
     * A change that was made, by whomever.
     *
     * @param content null when it is gone
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    record Event(String name, byte @Nullable [] content, long revision) {}

    /** Hears what has changed, in order. */
    interface Follower {
        void changed(List<Event> events);
    }
}
