package dev.weft.client.warm;

import dev.weft.client.resource.Resource.Listener;
import dev.weft.engine.call.Question.Warm;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.Directory;
import dev.weft.engine.snapshot.Snapshot;
import dev.weft.engine.snapshot.VirtualHost;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Makes one snapshot of all that is live. */
final class Assembly {
    private Assembly() {}

    static Snapshot snapshot(String version, Directory directory, Tree tree) {
        var domains = new Domains(directory);
        Map<String, Cluster> clusters = new HashMap<>();
        tree.liveRoutes().forEach((listener, table) -> {
            var tcp = tree.tcp(listener);
            domains.add(listener, table, tree.guards(listener), tcp);
            Set<String> named = new HashSet<>(table.clusters());
            named.addAll(Listener.clusters(tcp));
            for (String cluster : named) {
                var live = tree.liveClusters().get(cluster);
                if (live != null) {
                    clusters.put(cluster, live);
                }
            }
        });
        var home = tree.home();
        var own = home == null ? null : tree.liveClusters().get(home.cluster());
        if (own != null) {
            clusters.put(own.name(), own);
        }
        return new Snapshot(version, directory, domains.hosts(), clusters, home);
    }

    /** Whether a virtual host of the snapshot is meant for the name that is asked for. */
    static boolean speaksFor(Snapshot snapshot, Warm question) {
        String withPort = question.host() + ":" + question.port();
        for (VirtualHost host : snapshot.hosts()) {
            for (String domain : host.domains()) {
                if (domain.equals(question.host()) || domain.equals(withPort) || domain.indexOf('*') >= 0) {
                    return true;
                }
            }
        }
        return false;
    }
}
