package dev.weft.control.registry;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.weft.protocol.register.RegistrationName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the node of a stream says that it is to be registered as, from the first request on.
 *
 * @param group the WorkloadGroup that it joins (Istio: {@code AUTO_REGISTER_GROUP}); empty for none
 * @param isProbed something at its own end finds out whether it is well and says so (Istio: {@code
 *     PROXY_CONFIG.readinessProbe}); else it is taken for well
 * @param services names of registrations, as they are subscribed to ({@code WEFT_SERVICES})
 */
public record Joining(String group, boolean isProbed, List<String> services) {
    public static final Joining NOTHING = new Joining("", false, List.of());

    public Joining {
        services = List.copyOf(services);
    }

    /** Whether there is anything. */
    boolean isAny() {
        return !group.isEmpty() || !services.isEmpty();
    }

    static Joining of(Struct metadata) {
        List<String> services = new ArrayList<>();
        for (Value one : value(metadata, "WEFT_SERVICES").getListValue().getValuesList()) {
            if (services.size() < Lease.MAX_NAMES) {
                services.add(name(one.getStructValue()));
            }
        }
        Value config = value(metadata, "PROXY_CONFIG");
        return new Joining(
                value(metadata, "AUTO_REGISTER_GROUP").getStringValue(),
                config.getStructValue().containsFields("readinessProbe"),
                services);
    }

    private static Value value(Struct struct, String key) {
        return struct.getFieldsOrDefault(key, Value.getDefaultInstance());
    }

    /** {@code {name, port, protocol, metadata}}; whatever is wrong in it is found where all such names are read. */
    private static String name(Struct service) {
        Value port = value(service, "port");
        String protocol = value(service, "protocol").getStringValue();
        Map<String, String> labels = new TreeMap<>();
        value(service, "metadata")
                .getStructValue()
                .getFieldsMap()
                .forEach((key, label) -> labels.put(key, label.getStringValue()));
        return RegistrationName.of(
                value(service, "name").getStringValue(),
                port.hasNumberValue() ? Long.toString((long) port.getNumberValue()) : port.getStringValue(),
                protocol.isEmpty() ? "http" : protocol,
                labels);
    }
}
