package dev.weft.control.registry;

import dev.weft.control.queue.SerialQueue;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The instances of one service. */
final class Shelf {
    final String name;
    final String namespace;
    /** By a rule: it stays without any instance. */
    boolean isDeclared;

    final Map<Instance.Key, Registered> entries = new TreeMap<>();
    SerialQueue.@Nullable Timer forget;

    Shelf(String name, String namespace) {
        this.name = name;
        this.namespace = namespace;
    }

    Service service(String host) {
        return new Service(
                host,
                name,
                namespace,
                entries.values().stream().map(Registered::instance).toList(),
                isDeclared && entries.values().stream().allMatch(entry -> entry.isDeclared));
    }
}
