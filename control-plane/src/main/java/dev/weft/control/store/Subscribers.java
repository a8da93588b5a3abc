package dev.weft.control.store;

import dev.weft.control.store.Source.Watcher;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Who wants to hear of which name. */
final class Subscribers {
    private final Map<String, Set<Watcher>> byName = new HashMap<>();
    private final Set<Watcher> all = new LinkedHashSet<>();

    void add(String name, Watcher watcher) {
        byName.computeIfAbsent(name, n -> new LinkedHashSet<>(2)).add(watcher);
    }

    /** @return whether nobody is left who would be told of this name, and this one would have been */
    boolean remove(String name, Watcher watcher) {
        Set<Watcher> watchers = byName.get(name);
        if (watchers == null || !watchers.remove(watcher)) {
            return false;
        }
        if (watchers.isEmpty()) {
            byName.remove(name);
        }
        return !has(name);
    }

    /** Whether somebody would be told that this name has changed. */
    boolean has(String name) {
        return !all.isEmpty() || byName.containsKey(name);
    }

    boolean isEmpty() {
        return all.isEmpty() && byName.isEmpty();
    }

    void addToAll(Watcher watcher) {
        all.add(watcher);
    }

    void removeFromAll(Watcher watcher) {
        all.remove(watcher);
    }

    /** Copies first: a watcher may subscribe to more while it is told. */
    void changed(String name) {
        Set<Watcher> watchers = byName.get(name);
        if (watchers != null) {
            List.copyOf(watchers).forEach(watcher -> watcher.changed(name));
        }
        if (!all.isEmpty()) {
            List.copyOf(all).forEach(watcher -> watcher.changed(name));
        }
    }
}
