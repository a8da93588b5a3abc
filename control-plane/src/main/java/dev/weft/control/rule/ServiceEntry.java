package dev.weft.control.rule;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Hosts that the mesh would not know of by itself, or whose ports it shall know (Istio: {@code
 * ServiceEntry}).
 *
 * @param hosts full names
 * @param addresses IPv4 addresses by which the hosts may be called as well
 * @param ports never empty
 * @param endpoints where STATIC and DNS find it; empty where a selector does
 * @param selector labels of the workloads that serve it; null for none
 * @param subjectAltNames of which a server shows one, where the mesh speaks TLS to it
 */
public record ServiceEntry(
        Origin origin,
        String name,
        String namespace,
        List<String> hosts,
        List<String> addresses,
        List<Port> ports,
        Location location,
        Resolution resolution,
        List<WorkloadEntry> endpoints,
        @Nullable Map<String, String> selector,
        List<String> subjectAltNames,
        Exports exports)
        implements Rule {
    public ServiceEntry {
        hosts = List.copyOf(hosts);
        addresses = List.copyOf(addresses);
        ports = List.copyOf(ports);
        endpoints = List.copyOf(endpoints);
        selector = selector == null ? null : Map.copyOf(selector);
        subjectAltNames = List.copyOf(subjectAltNames);
    }

    /** Whose a service is. There is no difference for callers as long as nothing is encrypted by itself. */
    public enum Location {
        MESH_EXTERNAL,
        MESH_INTERNAL
    }

    /** How a call finds an address. */
    public enum Resolution {
        /** The caller's own way; its host's DNS where a rule speaks of it. */
        NONE,
        STATIC,
        DNS
    }

    /**
     * A port by which it is called.
     *
     * @param protocol upper case
     * @param target where it listens, unless an endpoint says otherwise; the number itself if nothing else is said
     */
    public record Port(int number, String name, String protocol, int target) {
        /** Whether connections to it are seen at all; all others pass through untouched. */
        public boolean isSeen() {
            return !protocol.equals("UDP");
        }
    }

    /** Whether its instances are those that DNS knows by its hosts' own names. */
    public boolean isOwnName() {
        return resolution != Resolution.STATIC && endpoints.isEmpty() && selector == null;
    }

    /** The same for some of its hosts. */
    ServiceEntry of(List<String> some) {
        return new ServiceEntry(
                origin,
                name,
                namespace,
                some,
                addresses,
                ports,
                location,
                resolution,
                endpoints,
                selector,
                subjectAltNames,
                exports);
    }

    /** The ports whose connections are seen. */
    public List<Port> seenPorts() {
        return ports.stream().filter(Port::isSeen).toList();
    }
}
