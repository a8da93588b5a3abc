package dev.weft.control.store;

import com.google.protobuf.Message;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What all streams share: resources by type and name, and who wants to hear of which. Changing one
 * costs what its own subscribers cost, whatever else is here. Used from the serial queue only.
 *
 * <p>Most resources are made when somebody wants them. Of a mesh's services each client follows a few, and some are
 * followed by nobody: while thousands of instances register, their lists would be written and hashed again and again
 * for no one.
 */
public final class ResourceStore {
    private static final String EVERYWHERE = "";

    private final Map<String, Shelf> shelves = new HashMap<>();

    /**
     * By scope, then by type. Namespaces are what clients say of themselves: a shelf is here as long as something stands
     * on it or somebody follows it, so that those who come and go leave nothing behind.
     */
    private final Map<String, Map<String, Shelf>> scoped = new HashMap<>();

    private long changes;

    /**
     * @param types type URLs kept here; of any other type there is nothing, whoever asks
     */
    public ResourceStore(Collection<String> types) {
        types.forEach(type -> shelves.put(type, new Shelf()));
    }

    /** Keeps a resource; tells its subscribers if the content is new. */
    public void put(String name, Message message) {
        put(EVERYWHERE, name, message);
    }

    /**
     * Keeps a resource for some clients, instead of what all others see by that name.
     *
     * @param scope the clients' namespace; empty for all
     */
    public void put(String scope, String name, Message message) {
        Resource resource = Resource.of(name, message);
        if (shelf(scope, resource.type()).put(resource)) {
            changes++;
        }
    }

    /**
     * Keeps a resource for some clients that is made when one of them wants it. To be called again whenever what it is
     * made of has changed: where somebody follows it, it is made at once, and he is told if the content is new.
     *
     * @param scope the clients' namespace; empty for all
     * @param maker makes it of what is known at that time
     */
    public void keep(String scope, String type, String name, Supplier<Resource> maker) {
        if (shelf(scope, type).keep(name, maker)) {
            changes++;
        }
    }

    public void remove(String type, String name) {
        remove(EVERYWHERE, type, name);
    }

    /** Takes a resource away from some clients; they see again what all others see. */
    public void remove(String scope, String type, String name) {
        Shelf shelf = found(scope, type);
        if (shelf != null && shelf.remove(name)) {
            changes++;
            dropIfEmpty(scope, type);
        }
    }

    /** Whether a client follows what all see by that name, or what its namespace sees instead. */
    public boolean isFollowed(String type, String name) {
        return shelf(EVERYWHERE, type).subscribers.has(name);
    }

    /** @param told each name of this type that was followed and is not any more */
    public void whenLeft(String type, Consumer<String> told) {
        shelf(EVERYWHERE, type).whenLeft = told;
    }

    /** The resources of a type as all see them, or null when the type is not kept here. */
    public @Nullable Source of(String type) {
        return of(type, EVERYWHERE);
    }

    /** The resources of a type as clients of this namespace see them, or null when the type is not kept here. */
    public @Nullable Source of(String type, String scope) {
        Shelf all = shelves.get(type);
        return all == null || scope.equals(EVERYWHERE) ? all : new View(new Scoped(scope, type), all);
    }

    /** The resources of a type as a client sees them, or null when the type is not kept here. */
    public @Nullable Source of(String type, String scope, Map<String, String> labels) {
        Source source = of(type, scope);
        return source == null || labels.isEmpty() || !Types.OF_LABELS.contains(type)
                ? source
                : new LabelledView(source, labels);
    }

    /** How often anything here has changed. */
    public long changes() {
        return changes;
    }

    /** How many resources of a type there are, variants counted. */
    public int size(String type) {
        int size = shelf(EVERYWHERE, type).names().size();
        for (Map<String, Shelf> byType : scoped.values()) {
            Shelf shelf = byType.get(type);
            size += shelf == null ? 0 : shelf.names().size();
        }
        return size;
    }

    /** The size of all resources of a type that are made. */
    public long bytes(String type) {
        long bytes = shelf(EVERYWHERE, type).bytes();
        for (Map<String, Shelf> byType : scoped.values()) {
            Shelf shelf = byType.get(type);
            bytes += shelf == null ? 0 : shelf.bytes();
        }
        return bytes;
    }

    private Shelf shelf(String scope, String type) {
        Shelf all = shelves.get(type);
        if (all == null) {
            throw new IllegalArgumentException("type is not kept here: " + type);
        }
        if (scope.equals(EVERYWHERE)) {
            return all;
        }
        return scoped.computeIfAbsent(scope, s -> new HashMap<>()).computeIfAbsent(type, t -> new Shelf());
    }

    /** Null where there is nothing for this scope alone. */
    private @Nullable Shelf found(String scope, String type) {
        return scope.equals(EVERYWHERE)
                ? shelf(scope, type)
                : scoped.getOrDefault(scope, Map.of()).get(type);
    }

    private void dropIfEmpty(String scope, String type) {
        Map<String, Shelf> byType = scoped.get(scope);
        Shelf shelf = byType == null ? null : byType.get(type);
        if (byType != null && shelf != null && shelf.isEmpty()) {
            byType.remove(type);
            if (byType.isEmpty()) {
                scoped.remove(scope);
            }
        }
    }

    /** What is kept for one scope alone, which may be nothing yet, or nothing any more. */
    private final class Scoped implements Source {
        private final String scope;
        private final String type;

        Scoped(String scope, String type) {
            this.scope = scope;
            this.type = type;
        }

        @Override
        public @Nullable Resource get(String name) {
            Shelf shelf = found(scope, type);
            return shelf == null ? null : shelf.get(name);
        }

        @Override
        public Collection<String> names() {
            Shelf shelf = found(scope, type);
            return shelf == null ? List.of() : shelf.names();
        }

        @Override
        public void subscribe(String name, Watcher watcher) {
            shelf(scope, type).subscribe(name, watcher);
        }

        @Override
        public void unsubscribe(String name, Watcher watcher) {
            Shelf shelf = found(scope, type);
            if (shelf != null) {
                shelf.unsubscribe(name, watcher);
                dropIfEmpty(scope, type);
            }
        }

        @Override
        public void subscribeAll(Watcher watcher) {
            shelf(scope, type).subscribeAll(watcher);
        }

        @Override
        public void unsubscribeAll(Watcher watcher) {
            Shelf shelf = found(scope, type);
            if (shelf != null) {
                shelf.unsubscribeAll(watcher);
                dropIfEmpty(scope, type);
            }
        }
    }

    private static final class Shelf implements Source {
        private final Map<String, Slot> slots = new LinkedHashMap<>();
        private final Subscribers subscribers = new Subscribers();
        private Consumer<String> whenLeft = name -> {};
        private long bytes;

        long bytes() {
            return bytes;
        }

        boolean isEmpty() {
            return slots.isEmpty() && subscribers.isEmpty();
        }

        /** A resource, or how to make it. */
        private final class Slot {
            private @Nullable Resource made;
            private @Nullable Supplier<Resource> maker;

            Slot(@Nullable Resource made, @Nullable Supplier<Resource> maker) {
                this.made = made;
                this.maker = maker;
                count(made, 1);
            }

            Resource get() {
                Resource known = made;
                if (known == null) {
                    known = Objects.requireNonNull(maker).get();
                    made = known;
                    maker = null;
                    count(known, 1);
                }
                return known;
            }
        }

        private void count(@Nullable Resource resource, int sign) {
            bytes += resource == null ? 0 : sign * resource.body().getValue().size();
        }

        boolean keep(String name, Supplier<Resource> maker) {
            if (subscribers.has(name)) {
                return put(maker.get());
            }
            replace(name, new Slot(null, maker));
            return true;
        }

        boolean put(Resource resource) {
            Resource before = replace(resource.name(), new Slot(resource, null));
            if (before != null && before.says(resource)) {
                return false;
            }
            subscribers.changed(resource.name());
            return true;
        }

        /** What was made before; null for nothing. */
        private @Nullable Resource replace(String name, Slot now) {
            Slot before = slots.put(name, now);
            Resource made = before == null ? null : before.made;
            count(made, -1);
            return made;
        }

        boolean remove(String name) {
            Slot before = slots.remove(name);
            if (before == null) {
                return false;
            }
            count(before.made, -1);
            subscribers.changed(name);
            return true;
        }

        @Override
        public @Nullable Resource get(String name) {
            Slot slot = slots.get(name);
            return slot == null ? null : slot.get();
        }

        @Override
        public Collection<String> names() {
            return slots.keySet();
        }

        @Override
        public void subscribe(String name, Watcher watcher) {
            subscribers.add(name, watcher);
        }

        @Override
        public void unsubscribe(String name, Watcher watcher) {
            if (subscribers.remove(name, watcher)) {
                whenLeft.accept(name);
            }
        }

        @Override
        public void subscribeAll(Watcher watcher) {
            subscribers.addToAll(watcher);
        }

        @Override
        public void unsubscribeAll(Watcher watcher) {
            subscribers.removeFromAll(watcher);
            slots.keySet().stream()
                    .filter(name -> !subscribers.has(name))
                    .toList()
                    .forEach(whenLeft);
        }
    }
}
