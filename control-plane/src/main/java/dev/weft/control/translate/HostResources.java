package dev.weft.control.translate;

import com.google.protobuf.Message;
import dev.weft.control.registry.Instance;
import dev.weft.control.registry.Registry;
import dev.weft.control.registry.Service;
import dev.weft.control.rule.DestinationRule.TrafficPolicy;
import dev.weft.control.rule.LocalityLb;
import dev.weft.control.rule.Resilience;
import dev.weft.control.store.Resource;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes the resources of hosts, as the rules and the registry are when one is wanted: nothing of them is remembered
 * here. Used from the serial queue only.
 */
final class HostResources {
    private final Registry registry;
    private final Names names;
    private final BiFunction<String, String, HostRules> rules;
    private final boolean isLoadReported;

    /**
     * @param rules of a host, as calls from a scope are treated
     * @param isLoadReported whether clients are told to report the load of every cluster
     */
    HostResources(Registry registry, Names names, BiFunction<String, String, HostRules> rules, boolean isLoadReported) {
        this.registry = registry;
        this.names = names;
        this.rules = rules;
        this.isLoadReported = isLoadReported;
    }

    /**
     * Loads the classes of the messages, which the first who asks would else wait for: they cost more than all the work
     * of a small mesh.
     */
    static void warmUp() {
        Resource.of("", ListenerWriter.of("", 0, HostRules.NONE, Speech.ANY));
        Resource.of("", RouteWriter.of("", 0, List.of(""), HostRules.NONE));
        Resource.of(
                "",
                ClusterWriter.of(
                        "", new ClusterId(0, ""), TrafficPolicy.NONE, Resilience.Policy.NONE, false, Set.of()));
        Resource.of("", EndpointWriter.of("", 0, Map.of(), List.of(), Map.of(), new LocalityWriter(null, Map.of())));
    }

    /** What the instances of a service say they speak. */
    static Speech said(@Nullable Service service) {
        return service == null ? Speech.HTTP : Speech.of(service.instances());
    }

    /**
     * Who a server of a service may show itself to be: whoever may register for it may answer for it. In the order of
     * their letters.
     */
    static Set<String> identities(@Nullable Service service) {
        Set<String> all = Set.of();
        for (Instance instance : service == null ? List.<Instance>of() : service.instances()) {
            if (!instance.identities().isEmpty() && !all.containsAll(instance.identities())) {
                all = new TreeSet<>(all);
                all.addAll(instance.identities());
            }
        }
        return all;
    }

    static List<String> addresses(HostRules rule) {
        return rule.declared() == null ? List.of() : rule.declared().addresses();
    }

    Resource cluster(String scope, String host, ClusterId cluster) {
        HostRules rule = rules.apply(host, scope);
        return Resource.of(
                cluster.name(host),
                ClusterWriter.of(
                        host,
                        cluster,
                        rule.policy(cluster),
                        rule.ofHost(),
                        isLoadReported,
                        identities(registry.service(host))));
    }

    Resource endpoints(String scope, String host, ClusterId cluster) {
        HostRules rule = rules.apply(host, scope);
        HostRules.SubsetRules own = rule.subsets().get(cluster.subset());
        boolean isUndefined = (own != null && !own.isDefined()) || !rule.ports().contains(cluster.port());
        Service service = isUndefined ? null : registry.service(host);
        List<Instance> instances = service == null ? List.of() : service.instances();
        Map<Integer, Integer> targets =
                rule.declared() == null ? Map.of() : rule.declared().targets();
        Map<String, String> labels = own == null ? Map.of() : own.labels();
        LocalityLb locality = rule.policy(cluster).locality();
        Function<Map<String, String>, ClusterLoadAssignment> seenBy = caller -> EndpointWriter.of(
                cluster.name(host), cluster.port(), targets, instances, labels, new LocalityWriter(locality, caller));
        return perCaller(
                cluster.name(host), locality == null || !locality.isEnabled() ? null : locality::asked, seenBy);
    }

    /**
     * @param asked what of a client's labels makes a difference; null for nothing
     * @param seenBy the message for a client with such labels
     */
    private static Resource perCaller(
            String name,
            @Nullable Function<Map<String, String>, ?> asked,
            Function<Map<String, String>, ? extends Message> seenBy) {
        return Resource.of(
                name,
                seenBy.apply(Map.of()),
                asked == null ? null : new PerCaller<>(asked, labels -> Resource.of(name, seenBy.apply(labels))));
    }

    Resource listener(String scope, String host, int port) {
        HostRules rule = rules.apply(host, scope);
        Speech speech = rule.speech(port, said(registry.service(host)));
        return Resource.of(ClusterName.listener(host, port), ListenerWriter.of(host, port, rule, speech));
    }

    Resource routes(String scope, String host, int port) {
        HostRules rule = rules.apply(host, scope);
        List<String> domains = new ArrayList<>(names.all(host));
        domains.addAll(addresses(rule));
        Set<Map<String, String>> asked = rule.sourceLabels();
        return perCaller(
                ClusterName.routes(host, port),
                asked.isEmpty() ? null : labels -> met(asked, labels),
                labels -> RouteWriter.of(host, port, domains, rule.calledWith(labels)));
    }

    /** Of what is asked, that which a client with these labels meets. */
    private static Set<Map<String, String>> met(Set<Map<String, String>> asked, Map<String, String> labels) {
        Set<Map<String, String>> met = new HashSet<>(asked);
        met.removeIf(wanted -> !labels.entrySet().containsAll(wanted.entrySet()));
        return met;
    }
}
