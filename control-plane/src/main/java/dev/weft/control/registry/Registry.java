package dev.weft.control.registry;

import dev.weft.control.log.Log;
import dev.weft.control.queue.SerialQueue;
import dev.weft.control.registry.RegistrationName.RefusedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Every workload that has registered, kept for as long as its lease. A lease is a stream: it ends a
 * grace time after the stream, at once when the workload had said that it drains. Used from the
 * serial queue only.
 */
public final class Registry {
    private final SerialQueue queue;
    private final Log log;
    private final String domain;
    private final Graces graces;
    private final List<Listener> listeners = new ArrayList<>();
    private final Map<String, Shelf> services = new TreeMap<>();

    /**
     * @param domain what follows {@code SERVICE.NAMESPACE.svc.} in a full name
     */
    public Registry(SerialQueue queue, Log log, String domain, Graces graces) {
        this.queue = queue;
        this.log = log;
        this.domain = domain;
        this.graces = graces;
    }

    /** Hears that the instances of a service are not what they were, or that the service came or went. */
    public interface Listener {
        void changed(String host);
    }

    public void listen(Listener listener) {
        listeners.add(listener);
    }

    /** The instances that one stream brings; ended by {@link Lease#close}. */
    public Lease lease(NodeIdentity node) {
        return new Lease(this, node);
    }

    public @Nullable Service service(String host) {
        Shelf shelf = services.get(host);
        return shelf == null ? null : shelf.service(host);
    }

    public List<Service> services() {
        List<Service> all = new ArrayList<>(services.size());
        services.forEach((host, shelf) -> all.add(shelf.service(host)));
        return all;
    }

    public Collection<String> hosts() {
        return List.copyOf(services.keySet());
    }

    /** Takes over what an earlier process knew, until its owners come back or the grace time ends. */
    public void restore(List<Instance> instances) {
        for (Instance instance : instances) {
            Shelf shelf = shelf(instance);
            Registered entry = new Registered(instance);
            if (shelf.entries.putIfAbsent(instance.key(), entry) == null) {
                expire(entry, graces.restored());
            }
        }
        instances.stream().map(Instance::host).distinct().forEach(this::changed);
        if (!instances.isEmpty()) {
            log.info("registry: restored " + instances.size() + " instances, kept for "
                    + graces.restored().toSeconds() + " s until they register again");
        }
    }

    Registered register(Lease lease, String name) throws RefusedException {
        RegistrationName asked = RegistrationName.parse(name, lease.node());
        Instance instance = new Instance(
                asked.service(),
                lease.node().namespace(),
                asked.service() + "." + lease.node().namespace() + ".svc." + domain,
                lease.node().address(),
                asked.port(),
                asked.protocol(),
                asked.labels(),
                lease.node().region(),
                lease.node().zone(),
                State.STARTING,
                queue.now(),
                lease.node().id());
        Shelf shelf = shelf(instance);
        Registered before = shelf.entries.get(instance.key());
        boolean isSame = before != null && before.instance.node().equals(instance.node());
        State known = before != null && isSame ? before.instance.state() : State.STARTING;
        Health health = lease.health();
        Registered entry = new Registered(instance.with(health == null ? known : health.after(known)));
        entry.owner = lease;
        shelf.entries.put(instance.key(), entry);
        if (before != null) {
            before.stopTimer();
            if (before.owner != null) {
                before.owner.lost(before);
            }
        }
        log.info(entry
                + (isSame ? ": registered again, " : ": registered, ")
                + entry.instance.state()
                + describe(entry.instance));
        changed(instance.host());
        return entry;
    }

    void health(Registered entry, Health health) {
        State before = entry.instance.state();
        State after = health.after(before);
        if (before != after) {
            entry.instance = entry.instance.with(after);
            log.info(entry + ": " + after + (health.reason().isEmpty() ? "" : " (" + health.reason() + ")"));
            changed(entry.instance.host());
        }
    }

    void streamLost(Registered entry) {
        entry.owner = null;
        if (entry.instance.state() == State.DRAINING) {
            remove(entry, "drained");
        } else {
            log.info(entry + ": stream lost, kept for " + graces.lostStream().toSeconds() + " s");
            expire(entry, graces.lostStream());
        }
    }

    void remove(Registered entry, String why) {
        entry.stopTimer();
        entry.owner = null;
        String host = entry.instance.host();
        Shelf shelf = services.get(host);
        if (shelf == null || !shelf.entries.remove(entry.instance.key(), entry)) {
            return;
        }
        log.info(entry + ": removed, " + why);
        if (shelf.entries.isEmpty()) {
            log.warn("service " + host + ": has no instance left");
            shelf.forget = queue.after(graces.emptyService(), () -> forget(host, shelf));
        }
        changed(host);
    }

    private void expire(Registered entry, Duration grace) {
        entry.stopTimer();
        entry.removal = queue.after(grace, () -> remove(entry, "its process has not come back"));
    }

    private void forget(String host, Shelf shelf) {
        if (shelf.entries.isEmpty() && services.remove(host, shelf)) {
            log.info("service " + host + ": forgotten, without an instance for "
                    + graces.emptyService().toSeconds() + " s");
            changed(host);
        }
    }

    private Shelf shelf(Instance instance) {
        Shelf shelf =
                services.computeIfAbsent(instance.host(), host -> new Shelf(instance.service(), instance.namespace()));
        if (shelf.forget != null) {
            shelf.forget.cancel();
            shelf.forget = null;
        }
        return shelf;
    }

    private void changed(String host) {
        listeners.forEach(listener -> listener.changed(host));
    }

    private static String describe(Instance instance) {
        return (instance.version().isEmpty() ? "" : ", version " + instance.version())
                + (instance.zone().isEmpty() ? "" : ", zone " + instance.zone());
    }

    /** The instances of one service. */
    private static final class Shelf {
        final String name;
        final String namespace;
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
                    entries.values().stream().map(entry -> entry.instance).toList());
        }
    }

    /** An instance, who keeps it alive, and when it ends otherwise. */
    static final class Registered {
        Instance instance;

        @Nullable
        Lease owner;

        private SerialQueue.@Nullable Timer removal;

        Registered(Instance instance) {
            this.instance = instance;
        }

        private void stopTimer() {
            if (removal != null) {
                removal.cancel();
                removal = null;
            }
        }

        @Override
        public String toString() {
            return "instance " + instance.key() + " of " + instance.host();
        }
    }
}
