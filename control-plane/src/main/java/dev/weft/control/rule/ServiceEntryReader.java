package dev.weft.control.rule;

import dev.weft.control.registry.Registration;
import dev.weft.control.rule.ServiceEntry.Location;
import dev.weft.control.rule.ServiceEntry.Port;
import dev.weft.control.rule.ServiceEntry.Resolution;
import dev.weft.protocol.words.Nearest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the {@code spec} of a {@code ServiceEntry}. */
final class ServiceEntryReader {
    private static final List<String> PROTOCOLS = List.of(
            "HTTP", "HTTPS", "HTTP2", "GRPC", "GRPC-WEB", "TCP", "TLS", "MONGO", "MYSQL", "REDIS", "UDP", "THRIFT");
    private static final int MAX_ENDPOINTS = 1_000;

    private final Header header;
    private final HostNames names;

    ServiceEntryReader(Header header, HostNames names) {
        this.header = header;
        this.names = names;
    }

    ServiceEntry read(Fields spec) {
        List<String> hosts = names.hosts(spec, header.namespace());
        List<String> addresses = addresses(spec);
        List<Port> ports = ports(spec);
        String location = spec.word("location", List.of("MESH_EXTERNAL", "MESH_INTERNAL"), List.of());
        String resolution =
                spec.word("resolution", List.of("NONE", "STATIC", "DNS", "DNS_ROUND_ROBIN"), List.of("DYNAMIC_DNS"));
        Resolution how = resolution == null
                ? Resolution.NONE
                : resolution.startsWith("DNS") ? Resolution.DNS : Resolution.valueOf(resolution);
        List<WorkloadEntry> endpoints = endpoints(spec, how, ports);
        Map<String, String> selector = selector(spec, how);
        List<String> subjectAltNames = spec.texts("subjectAltNames");
        Exports exports = Exports.read(spec, header.namespace());
        spec.end();
        return new ServiceEntry(
                header.origin(),
                header.name(),
                header.namespace(),
                hosts,
                addresses,
                ports,
                location == null ? Location.MESH_EXTERNAL : Location.valueOf(location),
                how,
                endpoints,
                selector,
                subjectAltNames,
                exports);
    }

    private static List<String> addresses(Fields spec) {
        List<String> addresses = new ArrayList<>();
        for (String text : spec.texts("addresses")) {
            String canonical = Registration.canonical(text.endsWith("/32") ? text.replace("/32", "") : text);
            if (canonical == null || canonical.indexOf(':') >= 0) {
                spec.wrong(
                        "addresses",
                        "'" + text + "': only single IPv4 addresses are supported yet; others are known to Istio");
            } else {
                addresses.add(canonical);
            }
        }
        return addresses;
    }

    private static List<Port> ports(Fields spec) {
        List<Port> ports = new ArrayList<>();
        Set<Integer> numbers = new HashSet<>();
        Set<String> named = new HashSet<>();
        for (Fields port : spec.objects("ports")) {
            Integer number = port.integer("number", 1, 65_535);
            if (number == null && !port.has("number")) {
                port.wrong("number", "is missing");
            } else if (number != null && !numbers.add(number)) {
                port.wrong("number", "port " + number + " stands here twice");
            }
            String name = port.required("name");
            if (!name.isEmpty() && !named.add(name)) {
                port.wrong("name", "port '" + name + "' stands here twice");
            }
            Integer target = port.integer("targetPort", 1, 65_535);
            String protocol = protocol(port, name);
            port.end();
            if (number != null) {
                ports.add(new Port(number, name, protocol, target == null ? number : target));
            }
        }
        if (!spec.has("ports")) {
            spec.wrong("ports", "is missing");
        } else if (spec.isEmptyList("ports")) {
            spec.wrong("ports", "must not be empty");
        }
        return ports;
    }

    /** Where it isn't said, the name says it, up to its first dash. */
    private static String protocol(Fields port, String name) {
        String given = port.text("protocol", "").toUpperCase(Locale.ROOT);
        if (!given.isEmpty() && !PROTOCOLS.contains(given)) {
            String nearest = Nearest.to(given, PROTOCOLS);
            port.wrong(
                    "protocol",
                    "must be one of " + String.join(", ", PROTOCOLS) + ", is '" + given + "'"
                            + (nearest == null ? "" : "; did you mean " + nearest + "?"));
        }
        int dash = name.indexOf('-');
        String said = (dash < 0 ? name : name.substring(0, dash)).toUpperCase(Locale.ROOT);
        return !given.isEmpty() ? given : PROTOCOLS.contains(said) ? said : "TCP";
    }

    private List<WorkloadEntry> endpoints(Fields spec, Resolution how, List<Port> ports) {
        List<WorkloadEntry> endpoints = new ArrayList<>();
        for (Fields endpoint : spec.objects("endpoints")) {
            WorkloadEntry read = new WorkloadReader(header).entry(endpoint, "");
            if (how == Resolution.STATIC && read.isName()) {
                endpoint.wrong("address", "must be an IP address where resolution is STATIC");
            }
            read.ports().keySet().stream()
                    .filter(name -> ports.stream().noneMatch(port -> port.name().equals(name)))
                    .sorted()
                    .forEach(name -> endpoint.wrong("ports", "the service has no port '" + name + "'"));
            endpoints.add(read);
        }
        if (how == Resolution.NONE && !endpoints.isEmpty()) {
            spec.wrong("endpoints", "can't stand where resolution is NONE");
        }
        if (endpoints.size() > MAX_ENDPOINTS) {
            spec.wrong("endpoints", "are more than " + MAX_ENDPOINTS);
        }
        return endpoints;
    }

    private static @Nullable Map<String, String> selector(Fields spec, Resolution how) {
        Fields selector = spec.object("workloadSelector");
        if (selector == null) {
            return null;
        }
        Map<String, String> labels = selector.textMap("labels");
        if (labels.isEmpty() && !selector.has("labels")) {
            selector.wrong("labels", "is missing");
        } else if (labels.isEmpty()) {
            selector.wrong("labels", "must not be empty: it would select every workload of the namespace");
        }
        selector.end();
        if (spec.has("endpoints")) {
            spec.wrong("workloadSelector", "can't stand beside endpoints");
        }
        if (how == Resolution.NONE) {
            spec.wrong("workloadSelector", "can't stand where resolution is NONE");
        }
        return labels;
    }
}
