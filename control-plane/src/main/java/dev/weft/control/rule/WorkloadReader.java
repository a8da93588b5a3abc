package dev.weft.control.rule;

import dev.weft.control.registry.HealthCheck;
import dev.weft.control.registry.HealthCheck.How;
import dev.weft.control.registry.Registration;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads {@code WorkloadEntry} and {@code WorkloadGroup}. */
final class WorkloadReader {
    /** By which Istio says that a workload is of a group. */
    static final String GROUP = "istio.io/autoRegistrationGroup";

    private final Header header;

    WorkloadReader(Header header) {
        this.header = header;
    }

    WorkloadEntry entry(Fields spec) {
        return entry(spec, header.annotations().getOrDefault(GROUP, ""));
    }

    /** @param spec also the template of an endpoint, which is of no group */
    WorkloadEntry entry(Fields spec, String group) {
        String address = spec.required("address").toLowerCase(Locale.ROOT);
        String canonical = Registration.canonical(address);
        boolean isName = canonical == null && !address.isEmpty();
        if (isName) {
            String wrong = address.contains("://")
                    ? "'" + address + "': sockets of a file system are known to Istio but not supported yet"
                    : isNumbers(address) ? "'" + address + "' is not an IP address" : HostNames.wrong(address);
            if (wrong != null) {
                spec.wrong("address", wrong);
                isName = false;
            }
        } else if (canonical != null) {
            Registration.checkAddress(canonical, reason -> spec.wrong("address", reason));
        }
        Place place = place(spec);
        WorkloadEntry read = new WorkloadEntry(
                spec.origin(),
                header.name(),
                header.namespace(),
                canonical == null ? address : canonical,
                isName,
                ports(spec),
                labels(spec),
                place.region(),
                place.zone(),
                weight(spec),
                group);
        spec.noEffect("nobody checks a workload's identity by it", "serviceAccount");
        rest(spec);
        return read;
    }

    private static boolean isNumbers(String address) {
        return address.chars().allMatch(c -> c == '.' || c == ':' || (c >= '0' && c <= '9'));
    }

    WorkloadGroup group(Fields spec) {
        Map<String, String> labels = new TreeMap<>();
        Map<String, Integer> ports = Map.of();
        Place place = Place.NONE;
        int weight = 0;
        String account = "";
        Fields template = spec.object("template");
        if (template != null) {
            labels.putAll(labels(template));
            ports = ports(template);
            place = place(template);
            weight = weight(template);
            account = template.text("serviceAccount", "");
            rest(template);
        } else if (!spec.has("template")) {
            spec.wrong("template", "is missing");
        }
        Fields metadata = spec.object("metadata");
        if (metadata != null) {
            labels.putAll(labels(metadata));
            metadata.ignore("annotations");
            metadata.end();
        }
        Fields probe = spec.object("probe");
        HealthCheck check = probe == null ? null : probe(probe);
        spec.end();
        return new WorkloadGroup(
                header.origin(),
                header.name(),
                header.namespace(),
                ports,
                labels,
                place.region(),
                place.zone(),
                weight,
                account,
                check);
    }

    private static void rest(Fields workload) {
        workload.notYet("network");
        workload.end();
    }

    private static int weight(Fields workload) {
        Integer weight = workload.integer("weight", 0, Registration.HEAVIEST);
        return weight == null ? 0 : weight;
    }

    private static Map<String, String> labels(Fields workload) {
        Map<String, String> labels = workload.textMap("labels");
        Registration.checkLabels(labels, (field, reason) -> workload.wrong("labels", reason));
        return labels;
    }

    private static Map<String, Integer> ports(Fields workload) {
        Map<String, Integer> ports = new HashMap<>();
        Fields named = workload.object("ports");
        if (named != null) {
            for (String name : List.copyOf(named.names())) {
                Integer port = named.integer(name, 1, 65_535);
                if (port != null) {
                    ports.put(name, port);
                }
            }
        }
        return ports;
    }

    /** Where a workload runs. */
    private record Place(String region, String zone) {
        static final Place NONE = new Place("", "");
    }

    /** Istio: {@code region/zone/subzone}. */
    private static Place place(Fields workload) {
        String[] parts = workload.text("locality", "").split("/", -1);
        if (parts.length > 3) {
            workload.wrong("locality", "must be region/zone/subzone");
        } else if (parts.length == 3) {
            workload.noEffect("no part of a zone is told from another; region and zone count", "locality");
        }
        return new Place(parts[0], parts.length > 1 ? parts[1] : "");
    }

    private static @Nullable HealthCheck probe(Fields probe) {
        Fields http = probe.object("httpGet");
        Fields tcp = probe.object("tcpSocket");
        Fields grpc = probe.object("grpc");
        if (probe.has("exec")) {
            probe.wrong("exec", "can't be done: the control plane is on another machine");
        }
        int given = (http == null ? 0 : 1) + (tcp == null ? 0 : 1) + (grpc == null ? 0 : 1);
        if (given != 1 && !probe.has("exec")) {
            probe.wrong("must have one of httpGet, tcpSocket, grpc");
        }
        How how = new How.Connection();
        int port = 0;
        if (http != null) {
            how = new How.Http(http.text("path", "/"));
            port = port(http);
            http.word("scheme", List.of("HTTP"), List.of("HTTPS"));
            http.notYet("host", "httpHeaders");
            http.end();
        }
        if (tcp != null) {
            port = port(tcp);
            tcp.notYet("host");
            tcp.end();
        }
        if (grpc != null) {
            how = new How.Grpc(grpc.text("service", ""));
            port = port(grpc);
            grpc.end();
        }
        HealthCheck check = new HealthCheck(
                how,
                seconds(probe, "periodSeconds", 10),
                seconds(probe, "timeoutSeconds", 1),
                count(probe, "successThreshold", 1),
                count(probe, "failureThreshold", 3),
                port);
        check.check((field, reason) -> probe.wrong(FIELDS.getOrDefault(field, ""), reason));
        probe.noEffect("a workload gets no call before its first success", "initialDelaySeconds");
        probe.end();
        return given == 1 ? check : null;
    }

    /** What the fields of a check are called here. */
    private static final Map<String, String> FIELDS = Map.of(
            "check.http", "httpGet",
            "check.grpc", "grpc",
            "check.interval", "periodSeconds",
            "check.timeout", "timeoutSeconds",
            "check.healthy", "successThreshold",
            "check.unhealthy", "failureThreshold");

    private static int port(Fields where) {
        Integer port = where.integer("port", 1, 65_535);
        if (port == null && !where.has("port")) {
            where.wrong("port", "is missing");
        }
        return port == null ? 0 : port;
    }

    private static Duration seconds(Fields probe, String field, int absent) {
        Integer seconds = probe.integer(field, 1, 600);
        return Duration.ofSeconds(seconds == null ? absent : seconds);
    }

    private static int count(Fields probe, String field, int absent) {
        Integer count = probe.integer(field, 1, 100);
        return count == null ? absent : count;
    }
}
