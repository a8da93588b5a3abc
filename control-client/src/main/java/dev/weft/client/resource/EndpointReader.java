package dev.weft.client.resource;

import dev.weft.client.wire.Message;
import dev.weft.engine.snapshot.Endpoint;
import dev.weft.engine.snapshot.Endpoint.Health;
import dev.weft.engine.snapshot.Limits;
import dev.weft.engine.snapshot.Sharing;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** {@code ClusterLoadAssignment}. */
final class EndpointReader {
    /** Where labels stand in an endpoint's metadata; the later one wins. */
    private static final List<String> LABELS = List.of("envoy.lb", "weft");

    private final Findings findings;

    EndpointReader(Findings findings) {
        this.findings = findings;
    }

    Resource.Assignment read(Message assignment) {
        List<Endpoint> endpoints = new ArrayList<>();
        Set<Integer> priorities = new TreeSet<>();
        for (Message group : assignment.messages(2)) {
            long priority = group.number(5);
            if (priority < 0 || priority > 128) {
                findings.refuse("endpoints.priority", priority + " is out of range");
                continue;
            }
            priorities.add((int) priority);
            group(group, (int) priority, endpoints);
        }
        for (int priority : priorities) {
            if (priority >= priorities.size()) {
                findings.refuse("endpoints.priority", "priorities " + priorities + " have a gap");
                break;
            }
        }
        assignment.string(1);
        Message policy = assignment.message(4);
        long factor = policy.wrapped(3, Sharing.DEFAULT.overprovisioningFactor());
        if (factor < 1 || factor > Integer.MAX_VALUE) {
            findings.refuse("policy.overprovisioning_factor", factor + " is out of range");
            factor = 1;
        }
        List<Limits.Drop> drops = drops(policy);
        policy.ignore(4);
        findings.unread(policy, "ClusterLoadAssignment.Policy");
        findings.unread(assignment, "ClusterLoadAssignment");
        return new Resource.Assignment(endpoints, (int) factor, drops);
    }

    private List<Limits.Drop> drops(Message policy) {
        List<Limits.Drop> drops = new ArrayList<>();
        for (Message drop : policy.messages(2)) {
            int share = Fractions.of(drop.message(2), "policy.drop_overloads.drop_percentage", findings);
            drops.add(new Limits.Drop(drop.string(1), share));
        }
        return drops;
    }

    private void group(Message group, int priority, List<Endpoint> into) {
        var locality = locality(group.message(1));
        long weight = group.wrapped(3, 0);
        if (weight < 0 || weight > Integer.MAX_VALUE) {
            findings.refuse("endpoints.load_balancing_weight", weight + " is out of range");
            weight = 0;
        }
        for (Message endpoint : group.messages(2)) {
            var read = endpoint(endpoint, locality, priority, (int) weight);
            if (read != null) {
                into.add(read);
            }
        }
        findings.unread(group, "LocalityLbEndpoints");
    }

    private static Endpoint.Locality locality(Message locality) {
        var read = new Endpoint.Locality(locality.string(1), locality.string(2), locality.string(3));
        return read.equals(Endpoint.Locality.NONE) ? Endpoint.Locality.NONE : read;
    }

    private @Nullable Endpoint endpoint(
            Message lbEndpoint, Endpoint.Locality locality, int priority, int localityWeight) {
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
        String hostname = endpoint.string(3);
        findings.unread(endpoint, "Endpoint");
        findings.unread(lbEndpoint, "LbEndpoint");
        return new Endpoint(
                new InetSocketAddress(address, (int) port),
                health,
                (int) weight,
                locality,
                labels,
                priority,
                localityWeight,
                hostname);
    }

    static Health health(long status) {
        return switch ((int) status) {
            case 2 -> Health.UNHEALTHY;
            case 3 -> Health.DRAINING;
            case 4 -> Health.TIMEOUT;
            case 5 -> Health.DEGRADED;
            default -> Health.HEALTHY;
        };
    }

    /** Never asks DNS: only what is a literal beyond doubt gets as far as {@link InetAddress}. */
    private static @Nullable InetAddress literal(String text) {
        try {
            boolean ipv6 =
                    text.indexOf(':') >= 0 && (text.charAt(0) == ':' || Character.digit(text.charAt(0), 16) >= 0);
            return ipv6 ? InetAddress.getByName(text) : ipv4(text);
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
