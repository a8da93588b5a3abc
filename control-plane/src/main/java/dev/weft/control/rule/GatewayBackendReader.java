package dev.weft.control.rule;

import dev.weft.control.rule.VirtualService.Destination;
import dev.weft.control.rule.VirtualService.Headers;
import dev.weft.control.rule.VirtualService.WeightedDestination;
import java.util.ArrayList;
import java.util.List;

/** Reads {@code backendRefs} of the Gateway API. */
final class GatewayBackendReader {
    private final HostNames names;
    private final String namespace;

    GatewayBackendReader(HostNames names, String namespace) {
        this.names = names;
        this.namespace = namespace;
    }

    /** Those that get a share. */
    List<WeightedDestination> destinations(Fields rule, boolean isGrpc) {
        List<WeightedDestination> destinations = new ArrayList<>();
        for (Fields backend : rule.objects("backendRefs")) {
            Integer weight = backend.integer("weight", 0, 1_000_000);
            GatewayFilterReader filters = new GatewayFilterReader(this, isGrpc);
            filters.read(backend);
            filters.refuseAllButHeaders(backend);
            Headers headers = filters.headers();
            Destination destination = destination(backend);
            if (weight == null || weight > 0) {
                destinations.add(new WeightedDestination(destination, weight == null ? 1 : weight, headers));
            }
        }
        return destinations;
    }

    /** A service, or a host by its full name (Istio: group {@code networking.istio.io}, kind {@code Hostname}). */
    Destination destination(Fields backend) {
        String group = backend.text("group", "");
        String kind = backend.text("kind", "Service");
        String name = backend.required("name");
        String of = backend.text("namespace", namespace);
        Integer port = backend.integer("port", 1, 65_535);
        backend.end();
        boolean isHost = kind.equals("Hostname") && group.equals("networking.istio.io");
        boolean isService = kind.equals("Service") && (group.isEmpty() || group.equals("core"));
        String wrong = name.isEmpty() ? null : HostNames.wrong(name);
        if (!isHost && !isService) {
            backend.wrong(
                    "kind",
                    "'" + group + "/" + kind + "' is no backend here: it must be a Service of group \"\", or"
                            + " a Hostname of group networking.istio.io");
        } else if (wrong != null) {
            backend.wrong("name", wrong);
        } else if (isService && name.indexOf('.') >= 0) {
            backend.wrong("name", "'" + name + "' is not the name of a Service");
        }
        if (!of.equals(namespace)) {
            // What a ReferenceGrant would have to allow must not be taken as allowed.
            backend.wrong(
                    "namespace", "a backend of another namespace takes a ReferenceGrant, which is not supported yet");
        }
        return new Destination(backend.origin(), names.full(name, namespace), "", port == null ? 0 : port);
    }
}
