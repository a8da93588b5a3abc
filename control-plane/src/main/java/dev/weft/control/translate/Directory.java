package dev.weft.control.translate;

import dev.weft.control.queue.SerialQueue;
import dev.weft.control.rule.Sidecar;
import dev.weft.control.store.ResourceStore;
import dev.weft.control.store.Types;
import dev.weft.protocol.v1.ServiceName;
import dev.weft.protocol.v1.ServiceNames;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The list of all names, once for each namespace that a client has asked from: aliases differ. Used
 * from the serial queue only.
 */
public final class Directory {
    private static final int MAX_NAMESPACES = 1_000;
    private static final int MAX_LENGTH = 63;

    private final ResourceStore store;
    private final SerialQueue queue;
    private final Names names;
    /** By scope, then by host; the empty scope is that of all. */
    private final Map<String, TreeMap<String, Listed>> hosts = new HashMap<>();

    private Map<String, Sidecar> sidecars = Map.of();
    private final Set<String> namespaces = new LinkedHashSet<>();
    private boolean isDue;

    /**
     * @param namespace its own
     * @param ports that it declares; empty for any
     * @param addresses by which it may be called as well
     */
    private record Listed(String namespace, List<Integer> ports, List<String> addresses) {}

    public Directory(ResourceStore store, SerialQueue queue, Names names) {
        this.store = store;
        this.queue = queue;
        this.names = names;
    }

    /** Someone wants a resource; the directory of a namespace exists as soon as it is wanted. */
    public void wanted(String type, String name) {
        boolean isNew = type.equals(Types.SERVICE_NAMES)
                && name.length() <= MAX_LENGTH
                && namespaces.size() < MAX_NAMESPACES
                && !name.equals("*")
                && namespaces.add(name);
        if (isNew) {
            write(name);
        }
    }

    void put(String scope, String host, String namespace, List<Integer> ports, List<String> addresses) {
        Listed listed = new Listed(namespace, List.copyOf(ports), List.copyOf(addresses));
        if (!listed.equals(hosts.computeIfAbsent(scope, s -> new TreeMap<>()).put(host, listed))) {
            writeLater();
        }
    }

    void remove(String scope, String host) {
        TreeMap<String, Listed> here = hosts.get(scope);
        if (here != null && here.remove(host) != null) {
            writeLater();
        }
    }

    /** What namespaces see that don't see everything. */
    void show(Map<String, Sidecar> newSidecars) {
        if (!newSidecars.equals(sidecars)) {
            sidecars = newSidecars;
            writeLater();
        }
    }

    /** Many services that come together make one new list. */
    private void writeLater() {
        if (!isDue) {
            isDue = true;
            queue.execute(() -> {
                isDue = false;
                namespaces.forEach(this::write);
            });
        }
    }

    private void write(String namespace) {
        ServiceNames.Builder list = ServiceNames.newBuilder();
        Sidecar sidecar = sidecars.get(namespace);
        TreeMap<String, Listed> seen = new TreeMap<>(hosts.getOrDefault("", new TreeMap<>()));
        seen.putAll(hosts.getOrDefault(namespace, new TreeMap<>()));
        seen.entrySet()
                .removeIf(
                        one -> sidecar != null && !sidecar.takes(one.getValue().namespace(), one.getKey()));
        Set<String> taken = new HashSet<>(seen.keySet());
        seen.forEach((host, listed) -> {
            ServiceName.Builder service = ServiceName.newBuilder().setHost(host).addAllPorts(listed.ports());
            // A client refuses a name that stands for two services, and with it the whole list.
            Stream.concat(names.aliases(host, namespace).stream(), listed.addresses().stream())
                    .filter(taken::add)
                    .forEach(service::addAliases);
            list.addServices(service);
        });
        store.put(namespace, list.build());
    }
}
