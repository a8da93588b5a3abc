package dev.weft.control.api;

import dev.weft.control.registry.Instance;
import dev.weft.control.registry.Registry;
import dev.weft.control.registry.Service;
import dev.weft.control.rule.Finding;
import dev.weft.control.rule.RuleSet;
import dev.weft.control.serve.AdsService;
import dev.weft.control.serve.Client;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/** What the API shows, in the words that it shows it in. Made on the serial queue. */
public final class Views {
    private final Registry registry;
    private final AdsService clients;
    private final Supplier<RuleSet> rules;
    private final BiFunction<String, String, List<String>> aliases;

    /**
     * @param aliases the other names of a host for clients of a namespace
     */
    public Views(
            Registry registry,
            AdsService clients,
            Supplier<RuleSet> rules,
            BiFunction<String, String, List<String>> aliases) {
        this.registry = registry;
        this.clients = clients;
        this.rules = rules;
        this.aliases = aliases;
    }

    record Items(List<?> items) {}

    record ServiceView(
            String host,
            String namespace,
            List<String> aliases,
            List<Integer> ports,
            int instances,
            List<String> versions) {}

    record InstanceView(
            String service,
            String namespace,
            String host,
            String address,
            int port,
            String protocol,
            String version,
            Map<String, String> labels,
            String region,
            String zone,
            String state,
            String connectedSince) {}

    record ClientView(
            String id,
            String service,
            String namespace,
            String agent,
            String address,
            String connectedSince,
            Map<String, Integer> subscribed,
            boolean inSync,
            List<Client.Refused> refused) {}

    record RulesView(String version, List<RuleView> items, List<FindingView> warnings) {}

    record RuleView(String file, String kind, String name, String namespace, String state, List<FindingView> errors) {}

    record FindingView(String file, int line, int column, String field, String reason) {
        static FindingView of(Finding finding) {
            return new FindingView(
                    finding.origin().file(),
                    finding.origin().line(),
                    finding.origin().column(),
                    finding.field(),
                    finding.reason());
        }
    }

    Items services() {
        return new Items(registry.services().stream().map(this::service).toList());
    }

    private ServiceView service(Service service) {
        return new ServiceView(
                service.host(),
                service.namespace(),
                aliases.apply(service.host(), service.namespace()),
                List.of(),
                service.instances().size(),
                service.instances().stream()
                        .map(Instance::version)
                        .filter(version -> !version.isEmpty())
                        .distinct()
                        .sorted()
                        .toList());
    }

    Items instances() {
        return new Items(registry.services().stream()
                .flatMap(service -> service.instances().stream())
                .map(instance -> new InstanceView(
                        instance.service(),
                        instance.namespace(),
                        instance.host(),
                        instance.address(),
                        instance.port(),
                        instance.protocol(),
                        instance.version(),
                        instance.labels(),
                        instance.region(),
                        instance.zone(),
                        instance.state().name(),
                        instance.connectedSince().toString()))
                .toList());
    }

    Items clients() {
        return new Items(clients.clients().stream()
                .map(client -> new ClientView(
                        client.id(),
                        client.service(),
                        client.namespace(),
                        client.agent(),
                        client.address(),
                        client.connectedSince().toString(),
                        client.subscribed(),
                        client.isInSync(),
                        client.refused()))
                .toList());
    }

    RulesView rules() {
        RuleSet now = rules.get();
        return new RulesView(
                now.version(),
                now.entries().stream()
                        .map(entry -> new RuleView(
                                entry.file(),
                                entry.kind(),
                                entry.name(),
                                entry.namespace(),
                                entry.isRefused() ? "refused" : "ok",
                                entry.errors().stream().map(FindingView::of).toList()))
                        .toList(),
                now.warnings().stream().map(FindingView::of).toList());
    }
}
