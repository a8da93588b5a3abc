package dev.weft.control.translate;

import dev.weft.control.queue.SerialQueue;
import dev.weft.control.rule.Sidecar;
import dev.weft.control.store.ResourceStore;
import dev.weft.control.store.Types;
import dev.weft.protocol.v1.ServiceName;
import dev.weft.protocol.v1.ServiceNames;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The list of all names, once for each namespace that a client asks from: aliases differ. A long one stands in
 * {@link Parts}, so that a service that comes or goes changes one of them. A list that nobody follows any more is
 * forgotten, and made again for the next who asks: namespaces are what clients say, and those of a year are many. Used
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

    /** In how many parts the list of each namespace stands. */
    private final Map<String, Integer> namespaces = new LinkedHashMap<>();

    /** Whose last follower has gone. */
    private final Set<String> left = new LinkedHashSet<>();

    /** Hosts that touch their own part alone. */
    private final Set<String> changed = new HashSet<>();

    private boolean isAllChanged;
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
        store.whenLeft(Types.SERVICE_NAMES, name -> {
            if (namespaces.containsKey(name)) {
                left.add(name);
            }
        });
    }

    /** Someone wants a resource; the directory of a namespace exists as soon as it is wanted. */
    public void wanted(String type, String name) {
        boolean isNew = type.equals(Types.SERVICE_NAMES)
                && name.length() <= MAX_LENGTH
                && !name.equals("*")
                && !Parts.isPart(name)
                && !namespaces.containsKey(name);
        if (isNew && hasRoom()) {
            namespaces.put(name, 0);
            write(name, null);
        }
    }

    private boolean hasRoom() {
        if (namespaces.size() >= MAX_NAMESPACES) {
            forgetLeft();
        }
        return namespaces.size() < MAX_NAMESPACES;
    }

    /** Not at once, because who has lost his stream is back in a moment. */
    private void forgetLeft() {
        for (String namespace : left) {
            if (!store.isFollowed(Types.SERVICE_NAMES, namespace)) {
                int count = namespaces.getOrDefault(namespace, 0);
                namespaces.remove(namespace);
                store.remove(Types.SERVICE_NAMES, namespace);
                removeParts(namespace, count);
            }
        }
        left.clear();
    }

    /** @param count 1 for a list that stood whole */
    private void removeParts(String namespace, int count) {
        if (count > 1) {
            new Parts(namespace, count).all().forEach(part -> store.remove(Types.SERVICE_NAMES, part));
        }
    }

    void put(String scope, String host, String namespace, List<Integer> ports, List<String> addresses) {
        Listed listed = new Listed(namespace, List.copyOf(ports), List.copyOf(addresses));
        Listed before = hosts.computeIfAbsent(scope, s -> new TreeMap<>()).put(host, listed);
        if (!listed.equals(before)) {
            changed(host, before, listed);
        }
    }

    void remove(String scope, String host) {
        TreeMap<String, Listed> here = hosts.get(scope);
        Listed before = here == null ? null : here.remove(host);
        if (before != null) {
            changed(host, before, before);
        }
    }

    /** What namespaces see that don't see everything. */
    void show(Map<String, Sidecar> newSidecars) {
        if (!newSidecars.equals(sidecars)) {
            sidecars = newSidecars;
            isAllChanged = true;
            writeLater();
        }
    }

    /** A host that is no service of a namespace may be what another is called by, and so may an address. */
    private void changed(String host, @Nullable Listed before, Listed now) {
        boolean isAlone = !names.namespace(host).isEmpty()
                && now.addresses().isEmpty()
                && (before == null || before.addresses().isEmpty());
        isAllChanged |= !isAlone;
        changed.add(host);
        writeLater();
    }

    /** Many services that come together make one new list. */
    private void writeLater() {
        if (!isDue) {
            isDue = true;
            queue.execute(() -> {
                isDue = false;
                Set<String> touched = isAllChanged ? null : Set.copyOf(changed);
                isAllChanged = false;
                changed.clear();
                forgetLeft();
                List.copyOf(namespaces.keySet()).forEach(namespace -> write(namespace, touched));
            });
        }
    }

    /** @param touched the hosts whose parts are written anew; null for all */
    private void write(String namespace, @Nullable Set<String> touched) {
        TreeMap<String, Listed> seen = seen(namespace);
        int before = namespaces.getOrDefault(namespace, 0);
        Parts parts = Parts.of(namespace, before, seen.size());
        Map<String, ServiceNames.Builder> lists = new HashMap<>();
        if (touched == null || parts.count() != before) {
            parts.all().forEach(part -> lists.put(part, ServiceNames.newBuilder()));
        } else {
            touched.forEach(host -> lists.putIfAbsent(parts.part(host), ServiceNames.newBuilder()));
        }
        Map<String, String> owners = owners(seen);
        seen.forEach((host, listed) -> {
            ServiceNames.Builder list = lists.get(parts.part(host));
            if (list != null) {
                list.addServices(service(namespace, host, listed, seen, owners));
            }
        });
        lists.forEach((part, list) -> store.put(part, list.build()));
        if (parts.count() != before) {
            namespaces.put(namespace, parts.count());
            if (parts.count() > 1) {
                store.put(
                        namespace,
                        ServiceNames.newBuilder().setParts(parts.count()).build());
            }
            removeParts(namespace, before);
        }
    }

    /** The hosts that a namespace sees. */
    private TreeMap<String, Listed> seen(String namespace) {
        TreeMap<String, Listed> all = hosts.getOrDefault("", new TreeMap<>());
        TreeMap<String, Listed> own = hosts.getOrDefault(namespace, new TreeMap<>());
        Sidecar sidecar = sidecars.get(namespace);
        if (namespace.isEmpty() || (own.isEmpty() && sidecar == null)) {
            return all;
        }
        TreeMap<String, Listed> seen = new TreeMap<>(all);
        seen.putAll(own);
        seen.entrySet()
                .removeIf(
                        one -> sidecar != null && !sidecar.takes(one.getValue().namespace(), one.getKey()));
        return seen;
    }

    /** Whose each address is: the first one's that names it. */
    private static Map<String, String> owners(TreeMap<String, Listed> seen) {
        Map<String, String> owners = new HashMap<>();
        seen.forEach((host, listed) -> listed.addresses().forEach(address -> owners.putIfAbsent(address, host)));
        return owners;
    }

    /** A client refuses a name that stands for two services, and with it all that came with it. */
    private ServiceName service(
            String namespace, String host, Listed listed, Map<String, Listed> seen, Map<String, String> owners) {
        Set<String> aliases = new LinkedHashSet<>(names.aliases(host, namespace));
        aliases.addAll(listed.addresses());
        aliases.removeIf(alias ->
                seen.containsKey(alias) || !owners.getOrDefault(alias, host).equals(host));
        return ServiceName.newBuilder()
                .setHost(host)
                .addAllAliases(aliases)
                .addAllPorts(listed.ports())
                .build();
    }
}
