package dev.weft.proxy.dns;

import dev.weft.engine.drive.Clock;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.Directory;
import dev.weft.engine.snapshot.Domain;
import dev.weft.engine.snapshot.Endpoint;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.Snapshot;
import dev.weft.engine.snapshot.VirtualHost;
import dev.weft.proxy.address.VirtualAddresses;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The names of the directory that the control plane sends, each with a virtual address; the instances of those
 * that are warm. While there is no directory, the last one counts.
 */
public final class SnapshotNames implements MeshNames {
    private final VirtualAddresses addresses;
    private final Clock clock;
    private final Consumer<String> log;
    private Map<String, Directory.Entry> directory = Map.of();
    private int homeless;
    /** Who waits for the first directory; null once it has come, or failed. */
    private @Nullable List<Runnable> waiting = new ArrayList<>();

    private volatile Map<String, Service> names = Map.of();

    public SnapshotNames(VirtualAddresses addresses, Clock clock, Consumer<String> log) {
        this.addresses = addresses;
        this.clock = clock;
        this.log = log;
    }

    /** To be called with each new snapshot, by one thread. */
    public void publish(Snapshot snapshot) {
        if (snapshot.directory().state() == Directory.State.KNOWN) {
            directory = snapshot.directory().names();
        }
        var hosts = new TreeSet<String>();
        directory.values().forEach(entry -> hosts.add(entry.service()));
        var given = addresses.assign(hosts, clock.nanos());
        complain(hosts.size() - given.size());
        var targets = targets(snapshot);
        Map<String, Service> services = new HashMap<>();
        Map<String, Service> fresh = new HashMap<>();
        directory.forEach((name, entry) -> {
            var own = given.get(entry.service());
            if (own != null) {
                fresh.put(
                        name,
                        services.computeIfAbsent(
                                entry.service(),
                                host -> new Service(host, own, entry.ports(), targets.getOrDefault(host, List.of()))));
            }
        });
        names = Map.copyOf(fresh);
        if (snapshot.directory().state() != Directory.State.PENDING) {
            known().forEach(Runnable::run);
        }
    }

    private synchronized List<Runnable> known() {
        List<Runnable> all = waiting == null ? List.of() : waiting;
        waiting = null;
        return all;
    }

    @Override
    public void whenKnown(Runnable then) {
        if (!waits(then)) {
            then.run();
        }
    }

    private synchronized boolean waits(Runnable then) {
        return waiting != null && waiting.add(then);
    }

    private void complain(int without) {
        if (without > homeless) {
            log.accept(without + " services have no virtual address and are left to other DNS servers: the range is"
                    + " used up");
        }
        homeless = without;
    }

    private Map<String, List<Target>> targets(Snapshot snapshot) {
        Map<String, List<Target>> targets = new HashMap<>();
        for (VirtualHost virtual : snapshot.hosts()) {
            List<Target> own = targets(virtual, snapshot);
            for (String text : virtual.domains()) {
                var entry = directory.get(Domain.parse(text).name());
                if (entry != null) {
                    var known = targets.computeIfAbsent(entry.service(), host -> new ArrayList<>());
                    own.stream().filter(target -> !known.contains(target)).forEach(known::add);
                }
            }
        }
        return targets;
    }

    /**
     * Of the last route, which takes what no other one takes: a client of DNS shows no header. Of the one for connections
     * where there is no other.
     */
    private static List<Target> targets(VirtualHost virtual, Snapshot snapshot) {
        List<Target> targets = new ArrayList<>();
        Route last = last(virtual);
        if (last == null || !(last.action() instanceof Action.Forward forward)) {
            return targets;
        }
        boolean isSplit = forward.clusters().size() > 1;
        for (var share : forward.clusters()) {
            var cluster = snapshot.clusters().get(share.cluster());
            if (cluster == null || share.weight() == 0) {
                continue;
            }
            var usable = usable(cluster.endpoints());
            long sum = usable.stream().mapToLong(Endpoint::weight).sum();
            for (Endpoint endpoint : usable) {
                // Of a split, each cluster's share is spread over its instances.
                double weight = isSplit ? 100.0 * share.weight() * endpoint.weight() / sum : endpoint.weight();
                targets.add(new Target(
                        endpoint.address().getAddress(), endpoint.address().getPort(), endpoint.priority(), (int)
                                Math.max(1, Math.min(65_535, Math.round(weight)))));
            }
        }
        return targets;
    }

    private static @Nullable Route last(VirtualHost virtual) {
        var routes = virtual.routes();
        var tcp = virtual.tcp();
        return !routes.isEmpty() ? routes.get(routes.size() - 1) : tcp == null ? null : tcp.route();
    }

    /** The healthy ones; the degraded ones when there are no others. */
    private static List<Endpoint> usable(List<Endpoint> endpoints) {
        var healthy = endpoints.stream()
                .filter(one -> one.health() == Endpoint.Health.HEALTHY)
                .toList();
        return healthy.isEmpty()
                ? endpoints.stream()
                        .filter(one -> one.health() == Endpoint.Health.DEGRADED)
                        .toList()
                : healthy;
    }

    @Override
    public @Nullable Service find(String name) {
        return names.get(name);
    }

    @Override
    public boolean owns(InetAddress address) {
        return addresses.owns(address);
    }

    @Override
    public @Nullable String nameOf(InetAddress address) {
        return addresses.service(address);
    }
}
