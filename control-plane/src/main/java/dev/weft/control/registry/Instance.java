package dev.weft.control.registry;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One port of one workload.
 *
 * @param host full name of its service
 * @param labels in the order of their names
 * @param weight its share of the calls, relative to the others of its service
 * @param node identity of the process that registered it
 * @param servicePorts ports of its service whose calls it takes; empty where it doesn't say
 * @param identities SPIFFE ids of which it has shown a certificate, as its peers will see it; empty where it showed none
 */
public record Instance(
        String service,
        String namespace,
        String host,
        String address,
        int port,
        String protocol,
        Map<String, String> labels,
        String region,
        String zone,
        int weight,
        State state,
        Instant connectedSince,
        String node,
        Set<Integer> servicePorts,
        Set<String> identities) {
    public Instance {
        identities = identities.isEmpty() ? Set.of() : Collections.unmodifiableSet(new TreeSet<>(identities));
        // In order: what is made of its words, such as a version that people are shown, is the same in every process.
        servicePorts = servicePorts.isEmpty() ? Set.of() : Collections.unmodifiableSet(new TreeSet<>(servicePorts));
        labels = labels.isEmpty() ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(labels));
    }

    /** One that has shown no certificate. */
    public Instance(
            String service,
            String namespace,
            String host,
            String address,
            int port,
            String protocol,
            Map<String, String> labels,
            String region,
            String zone,
            int weight,
            State state,
            Instant connectedSince,
            String node,
            Set<Integer> servicePorts) {
        this(
                service,
                namespace,
                host,
                address,
                port,
                protocol,
                labels,
                region,
                zone,
                weight,
                state,
                connectedSince,
                node,
                servicePorts,
                Set.of());
    }

    public String version() {
        return labels.getOrDefault("version", "");
    }

    Instance with(State newState) {
        return with(newState, weight, labels);
    }

    Instance with(State newState, int newWeight, Map<String, String> newLabels) {
        return new Instance(
                service,
                namespace,
                host,
                address,
                port,
                protocol,
                newLabels,
                region,
                zone,
                newWeight,
                newState,
                connectedSince,
                node,
                servicePorts,
                identities);
    }

    Instance since(Instant time) {
        return new Instance(
                service,
                namespace,
                host,
                address,
                port,
                protocol,
                labels,
                region,
                zone,
                weight,
                state,
                time,
                node,
                servicePorts,
                identities);
    }

    public Key key() {
        return new Key(host, address, port);
    }

    /** The same process at the same port is the same instance, however often it registers. */
    public record Key(String host, String address, int port) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            int byHost = host.compareTo(other.host);
            int byAddress = byHost != 0 ? byHost : address.compareTo(other.address);
            return byAddress != 0 ? byAddress : Integer.compare(port, other.port);
        }

        @Override
        public String toString() {
            return (address.indexOf(':') >= 0 ? "[" + address + "]" : address) + ":" + port;
        }
    }
}
