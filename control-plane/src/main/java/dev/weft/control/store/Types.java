package dev.weft.control.store;

import java.util.List;
import java.util.Set;

/** Type URLs of what the control plane serves. */
public final class Types {
    public static final String LISTENER = "type.googleapis.com/envoy.config.listener.v3.Listener";
    public static final String ROUTES = "type.googleapis.com/envoy.config.route.v3.RouteConfiguration";
    public static final String CLUSTER = "type.googleapis.com/envoy.config.cluster.v3.Cluster";
    public static final String ENDPOINTS = "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment";
    public static final String SERVICE_NAMES = "type.googleapis.com/weft.v1.ServiceNames";

    /** What agents are told whatever the rules say; the name is {@code NAMESPACE/SERVICE}. */
    public static final String RUNTIME = "type.googleapis.com/envoy.service.runtime.v3.Runtime";

    /** Not shared: each stream has registrations of its own. */
    public static final String REGISTRATION = "type.googleapis.com/weft.v1.WorkloadRegistration";

    /** Istio's word for a workload's readiness. There is no message of this name and no answer to it. */
    public static final String HEALTH = "type.googleapis.com/istio.v1.HealthInformation";

    /** What all streams share, in the order in which changes are sent: the way out first, then make before break. */
    public static final List<String> SHARED = List.of(RUNTIME, CLUSTER, ENDPOINTS, LISTENER, ROUTES, SERVICE_NAMES);

    /** What may be different for clients with other labels. */
    static final Set<String> OF_LABELS = Set.of(ROUTES, ENDPOINTS);

    private Types() {}
}
