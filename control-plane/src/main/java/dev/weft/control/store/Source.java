package dev.weft.control.store;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Resources of one type as one stream sees them. Used from the serial queue only. */
public interface Source {
    @Nullable
    Resource get(String name);

    /** Why there is no resource of this name, when there is more to say than that. */
    default @Nullable String refusal(String name) {
        return null;
    }

    /** Everything there is, for those who ask for all. */
    Collection<String> names();

    /** From now on the watcher hears when this name changes, appears or goes. */
    void subscribe(String name, Watcher watcher);

    void unsubscribe(String name, Watcher watcher);

    void subscribeAll(Watcher watcher);

    void unsubscribeAll(Watcher watcher);

    /** Hears that a resource is not what it was. */
    interface Watcher {
        void changed(String name);
    }
}
