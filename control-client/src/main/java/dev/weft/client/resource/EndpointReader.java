package dev.weft.client.resource;

import dev.weft.client.wire.Message;
import dev.weft.engine.snapshot.Endpoint;
import dev.weft.engine.snapshot.Endpoint.Health;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** {@code ClusterLoadAssignment}. */
final class EndpointReader {
    /** Where labels stand in an endpoint's metadata; the later one wins. */
    private static final List<String> LABELS = List.of("envoy.lb", "weft");

    private final Findings findings;

    EndpointReader(Findings findings) {
        this.findings = findings;
    }

    Resource read(Message assignment) {
        var priorities = new TreeMap<Integer, List<Endpoint>>();
        for (Message locality : assignment.messages(2)) {
            long priority = locality.number(5);
            if (priority < 0 || priority > 128) {
                findings.refuse("endpoints.priority", priority + " is out of range");
                continue;
            }
            locality(locality, priorities.computeIfAbsent((int) priority, p -> new ArrayList<>()));
        }
        if (!priorities.isEmpty() && priorities.lastKey() != priorities.size() - 1) {
            findings.refuse("endpoints.priority", "priorities " + priorities.keySet() + " have a gap");
        }
        assignment.string(1);
        policy(assignment.message(4));
        findings.unread(assignment, "ClusterLoadAssignment");
        return new Resource.Assignment(usable(priorities));
    }

    private void policy(Message policy) {
        policy.ignore(3, 6);
        findings.unread(policy, "ClusterLoadAssignment.Policy");
    }

    /** The engine knows one level: the first that has a healthy endpoint is it. */
    private List<Endpoint> usable(TreeMap<Integer, List<Endpoint>> priorities) {
        if (priorities.size() > 1) {
            findings.unsupported("LocalityLbEndpoints.priority (the first level with a healthy endpoint is used)");
        }
        for (List<Endpoint> level : priorities.values()) {
            for (Endpoint endpoint : level) {
                if (endpoint.health() == Health.HEALTHY) {
                    return level;
                }
            }
        }
        return priorities.isEmpty() ? List.of() : priorities.firstEntry().getValue();
    }

    private void locality(Message group, List<Endpoint> into) {
        var locality = locality(group.message(1));
        for (Message endpoint : group.messages(2)) {
            var read = endpoint(endpoint, locality);
            if (read != null) {
                into.add(read);
            }
        }
        // Weights between localities follow from the number of endpoints until the engine balances over localities.
        group.ignore(3);
        findings.unread(group, "LocalityLbEndpoints");
    }

    private static Endpoint.Locality locality(Message locality) {
        var read = new Endpoint.Locality(locality.string(1), locality.string(2), locality.string(3));
        return read.equals(Endpoint.Locality.NONE) ? Endpoint.Locality.NONE : read;
    }

    private @Nullable Endpoint endpoint(Message lbEndpoint, Endpoint.Locality locality) {
        var endpoint = lbEndpoint.message(1);
        var socket = endpoint.message(1).message(1);
        String host = socket.string(2);
        long port = socket.number(3);
        var address = literal(host);
        if (address == null || port < 1 || port > 65535) {
            findings.refuse("endpoint", "'" + host + ":" + port + "' is not an IP address and a port");
            return null;
        }
        long weight = lbEndpoint.wrapped(4, 1);
        if (weight < 1 || weight > Integer.MAX_VALUE) {
            findings.refuse("endpoint " + host + ":" + port, "weight " + weight + " is out of range");
            return null;
        }
        var health = health(lbEndpoint.number(2));
        var labels = labels(lbEndpoint.message(3));
        endpoint.ignore(3);
        findings.unread(endpoint, "Endpoint");
        findings.unread(lbEndpoint, "LbEndpoint");
        return new Endpoint(new InetSocketAddress(address, (int) port), health, (int) weight, locality, labels);
    }

    private static Health health(long status) {
        return switch ((int) status) {
            case 2, 4 -> Health.UNHEALTHY;
            case 3 -> Health.DRAINING;
            case 5 -> Health.DEGRADED;
            default -> Health.HEALTHY;
        };
    }

    /** Never asks DNS: only what is a literal beyond doubt gets as far as {@link InetAddress}. */
    private static @Nullable InetAddress literal(String text) {
        try {
            return text.indexOf(':') >= 0 ? InetAddress.getByName(text) : ipv4(text);
        } catch (UnknownHostException e) {
            return null;
        }
    }

    private static @Nullable InetAddress ipv4(String text) throws UnknownHostException {
        var bytes = new byte[4];
        int part = 0;
        int value = -1;
        for (int i = 0; i <= text.length(); i++) {
            char c = i < text.length() ? text.charAt(i) : '.';
            if (c >= '0' && c <= '9') {
                value = Math.max(value, 0) * 10 + c - '0';
            } else if (c != '.' || value < 0 || part == 4) {
                return null;
            } else {
                bytes[part++] = (byte) value;
                value = -1;
            }
            if (value > 255) {
                return null;
            }
        }
        return part == 4 ? InetAddress.getByAddress(bytes) : null;
    }

    private static Map<String, String> labels(Message metadata) {
        Map<String, String> labels = new HashMap<>();
        for (String key : LABELS) {
            for (Message entry : metadata.messages(1)) {
                if (entry.string(1).equals(key)) {
                    Structs.strings(entry.message(2), labels);
                }
            }
        }
        return labels;
    }
}
