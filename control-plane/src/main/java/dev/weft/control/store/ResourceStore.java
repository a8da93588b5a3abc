package dev.weft.control.store;

import com.google.protobuf.Message;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What all streams share: resources by type and name, and who wants to hear of which. Changing one
 * costs what its own subscribers cost, whatever else is here. Used from the serial queue only.
 */
public final class ResourceStore {
    private final Map<String, Shelf> shelves = new HashMap<>();
    private long changes;

    /**
     * @param types type URLs kept here; of any other type there is nothing, whoever asks
     */
    public ResourceStore(Collection<String> types) {
        types.forEach(type -> shelves.put(type, new Shelf()));
    }

    /** Keeps a resource; tells its subscribers if the content is new. */
    public void put(String name, Message message) {
        Resource resource = Resource.of(name, message);
        if (shelf(resource.type()).put(resource)) {
            changes++;
        }
    }

    public void remove(String type, String name) {
        if (shelf(type).remove(name)) {
            changes++;
        }
    }

    /** The resources of a type, or null when the type is not kept here. */
    public @Nullable Source of(String type) {
        return shelves.get(type);
    }

    /** How often anything here has changed. */
    public long changes() {
        return changes;
    }

    private Shelf shelf(String type) {
        Shelf shelf = shelves.get(type);
        if (shelf == null) {
            throw new IllegalArgumentException("type is not kept here: " + type);
        }
        return shelf;
    }

    private static final class Shelf implements Source {
        private final Map<String, Resource> resources = new LinkedHashMap<>();
        private final Subscribers subscribers = new Subscribers();

        boolean put(Resource resource) {
            Resource before = resources.put(resource.name(), resource);
            if (before != null && before.version().equals(resource.version())) {
                return false;
            }
            subscribers.changed(resource.name());
            return true;
        }

        boolean remove(String name) {
            if (resources.remove(name) == null) {
                return false;
            }
            subscribers.changed(name);
            return true;
        }

        @Override
        public @Nullable Resource get(String name) {
            return resources.get(name);
        }

        @Override
        public Collection<String> names() {
            return resources.keySet();
        }

        @Override
        public void subscribe(String name, Watcher watcher) {
            subscribers.add(name, watcher);
        }

        @Override
        public void unsubscribe(String name, Watcher watcher) {
            subscribers.remove(name, watcher);
        }

        @Override
        public void subscribeAll(Watcher watcher) {
            subscribers.addToAll(watcher);
        }

        @Override
        public void unsubscribeAll(Watcher watcher) {
            subscribers.removeFromAll(watcher);
        }
    }
}
