package dev.weft.client.resource;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The kinds of resources that are subscribed to, in the order in which they are asked for. */
public enum ResourceType {
    DIRECTORY("weft.v1.ServiceNames"),
    /** istiod's directory. */
    NAME_TABLE("istio.networking.nds.v1.NameTable"),
    /** What this workload is to do or to leave whatever the rules say (RTDS). */
    RUNTIME("envoy.service.runtime.v3.Runtime"),
    LISTENER("envoy.config.listener.v3.Listener"),
    ROUTES("envoy.config.route.v3.RouteConfiguration"),
    CLUSTER("envoy.config.cluster.v3.Cluster"),
    ENDPOINTS("envoy.config.endpoint.v3.ClusterLoadAssignment"),
    /** Not configuration: subscribing is what registers, the resource is the receipt. */
    REGISTRATION("weft.v1.WorkloadRegistration");

    /** Sent only, never subscribed: whether this workload is ready (Istio's message of that name). */
    public static final String HEALTH_URL = "type.googleapis.com/istio.v1.HealthInformation";

    private static final Map<String, ResourceType> BY_URL = new HashMap<>();

    static {
        for (ResourceType type : values()) {
            BY_URL.put(type.url, type);
        }
    }

    private final String url;

    ResourceType(String message) {
        this.url = "type.googleapis.com/" + message;
    }

    public String url() {
        return url;
    }

    /** Whether the name of a resource stands inside it. */
    public boolean named() {
        return switch (this) {
            case RUNTIME, LISTENER, ROUTES, CLUSTER, ENDPOINTS -> true;
            case DIRECTORY, NAME_TABLE, REGISTRATION -> false;
        };
    }

    /** Whether a response in state of the world has every resource that there is: for routes and endpoints it need not. */
    public boolean listedWhole() {
        return this == LISTENER || this == CLUSTER;
    }

    public static @Nullable ResourceType of(String url) {
        return BY_URL.get(url);
    }
}
