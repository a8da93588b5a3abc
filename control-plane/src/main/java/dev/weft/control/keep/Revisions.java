package dev.weft.control.keep;

import dev.weft.control.keep.SharedStore.Change;
import dev.weft.control.keep.SharedStore.Event;
import java.util.HashMap;
import java.util.Map;

/**
 * Which revision of each name in a shared store was seen last. A change that was made here is known before
 * the store tells of it; what it tells of it afterwards is no news. Used by one thread at a time.
 */
public final class Revisions {
    private final Map<String, Seen> seen = new HashMap<>();

    private record Seen(long revision, boolean isGone) {}

    /** For {@link Change#seen}: 0 for what there is not. */
    public long of(String name) {
        Seen one = seen.get(name);
        return one == null || one.isGone ? 0 : one.revision;
    }

    /** A change was made here. */
    public void made(Change change, long revision) {
        seen.put(change.name(), new Seen(revision, change.content() == null));
    }

    /** The store tells of a change; false for one that is no news. */
    public boolean take(Event event) {
        boolean isGone = event.content() == null;
        Seen before = seen.get(event.name());
        boolean isNews = before == null ? !isGone : before.revision < event.revision();
        Seen now = isNews ? new Seen(event.revision(), isGone) : before;
        // What is gone is remembered only until the store has said so too: no older word can come after that.
        if (now == null || (now.isGone && now.revision <= event.revision())) {
            seen.remove(event.name());
        } else {
            seen.put(event.name(), now);
        }
        return isNews;
    }
}
