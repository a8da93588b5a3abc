package dev.weft.control.translate;

import dev.weft.control.queue.SerialQueue;
import dev.weft.control.store.ResourceStore;
import dev.weft.control.store.Types;
import dev.weft.protocol.v1.ServiceName;
import dev.weft.protocol.v1.ServiceNames;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;

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
    private final TreeSet<String> hosts = new TreeSet<>();
    private final Set<String> namespaces = new LinkedHashSet<>();
    private boolean isDue;

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

    void add(String host) {
        hosts.add(host);
        writeLater();
    }

    void remove(String host) {
        hosts.remove(host);
        writeLater();
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
        for (String host : hosts) {
            list.addServices(ServiceName.newBuilder().setHost(host).addAllAliases(names.aliases(host, namespace)));
        }
        store.put(namespace, list.build());
    }
}
