package dev.weft.engine.snapshot;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The names that belong to the mesh, warm or cold. A name that stands in no directory and in no
 * virtual host passes through untouched.
 *
 * @param state whether the list can be relied on
 * @param names every name a service goes by, short and full, lower case
 */
public record Directory(State state, Map<String, Entry> names) {
    public static final Directory PENDING = new Directory(State.PENDING, Map.of());

    public Directory {
        names = NameIndex.of(names);
    }

    /** Names kept in few bytes each. They are not copied again when they come to a directory. */
    public static Map<String, Entry> compact(Map<String, Entry> names) {
        return NameIndex.of(names);
    }

    /** Every name by which a service is called. */
    public List<String> namesOf(String service) {
        if (names instanceof NameIndex index) {
            return index.of(service);
        }
        return names.entrySet().stream()
                .filter(name -> name.getValue().service().equals(service))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Of all names. */
    public NameSketch sketch() {
        return names instanceof NameIndex index ? index.sketch() : NameSketch.of(names.keySet());
    }

    public enum State {
        /** None has arrived yet, and it is not known to have failed: unknown names that DNS can't resolve wait. */
        PENDING,
        /** Arrived, or taken from the last-known-good. */
        KNOWN,
        /** Could not be had: unknown names pass through. */
        FAILED
    }

    /**
     * A service that a name stands for.
     *
     * @param service its full name
     * @param ports declared ports; empty when any port means the service
     */
    public record Entry(String service, Set<Integer> ports) {
        public Entry {
            ports = Set.copyOf(ports);
        }

        /** Whether a call to this port is a call to the service. */
        public boolean has(int port) {
            return ports.isEmpty() || ports.contains(port);
        }
    }
}
