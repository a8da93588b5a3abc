package dev.weft.control.registry;

import dev.weft.control.queue.SerialQueue;
import java.util.ArrayList;
import java.util.List;
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
        List<Instance> instances = new ArrayList<>(entries.size());
        boolean isDeclaredOnly = isDeclared;
        for (Registered entry : entries.values()) {
            instances.add(entry.instance());
            isDeclaredOnly &= entry.isDeclared;
        }
        return new Service(host, name, namespace, instances, isDeclaredOnly);
    }
}
