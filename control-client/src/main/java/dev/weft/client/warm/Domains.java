package dev.weft.client.warm;

import dev.weft.client.resource.Resource.RouteTable;
import dev.weft.engine.snapshot.Directory;
import dev.weft.engine.snapshot.Guard;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.TcpProxy;
import dev.weft.engine.snapshot.VirtualHost;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts the virtual hosts of several listeners side by side. Each listener speaks for its own host
 * and port only, so a domain of its routes is narrowed to that, and stands in one place.
 */
final class Domains {
    private final Directory directory;
    private final Set<String> taken = new HashSet<>();
    private final List<VirtualHost> hosts = new ArrayList<>();

    Domains(Directory directory) {
        this.directory = directory;
    }

    /**
     * @param listener {@code host} or {@code host:port}
     * @param guards of the listener's filters
     * @param tcp where its connections go that are no HTTP; null for nowhere
     */
    void add(String listener, RouteTable table, List<Guard> guards, @Nullable TcpProxy tcp) {
        int colon = listener.lastIndexOf(':');
        String host = colon < 0 ? listener : listener.substring(0, colon);
        String port = colon < 0 ? "" : listener.substring(colon);
        for (VirtualHost virtual : table.hosts()) {
            List<String> domains = new ArrayList<>();
            for (String domain : virtual.domains()) {
                if (domain.equals("*")) {
                    aliases(host).forEach(name -> take(name + port, domains));
                } else if (domain.startsWith("*:")) {
                    String only = domain.substring(1);
                    if (port.isEmpty() || port.equals(only)) {
                        aliases(host).forEach(name -> take(name + only, domains));
                    }
                } else if (port.isEmpty() || domain.endsWith(port)) {
                    take(domain, domains);
                } else if (domain.indexOf(':') < 0) {
                    take(domain + port, domains);
                }
            }
            if (!domains.isEmpty()) {
                List<Route> routes = Guarding.routes(guards, virtual.routes());
                hosts.add(new VirtualHost(virtual.name(), domains, routes, virtual.ignorePathParameters(), tcp));
            }
        }
    }

    private List<String> aliases(String host) {
        List<String> all = new ArrayList<>();
        all.add(host);
        directory.namesOf(host).stream().filter(name -> !name.equals(host)).forEach(all::add);
        return all;
    }

    private void take(String domain, List<String> into) {
        if (taken.add(domain)) {
            into.add(domain);
        }
    }

    List<VirtualHost> hosts() {
        return hosts;
    }
}
