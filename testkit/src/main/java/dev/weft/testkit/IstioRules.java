package dev.weft.testkit;

import dev.weft.client.resource.ResourceReader;
import dev.weft.client.resource.ResourceType;
import dev.weft.client.warm.Standalone;
import dev.weft.control.log.Log;
import dev.weft.control.registry.ConflictException;
import dev.weft.control.registry.Graces;
import dev.weft.control.registry.Registration;
import dev.weft.control.registry.Registry;
import dev.weft.control.registry.State;
import dev.weft.control.registry.Topology;
import dev.weft.control.rule.HostNames;
import dev.weft.control.rule.RuleParser;
import dev.weft.control.rule.RuleReading;
import dev.weft.control.source.DeclaredServices;
import dev.weft.control.source.DnsNames;
import dev.weft.control.source.Resolver;
import dev.weft.control.store.Resource;
import dev.weft.control.store.ResourceStore;
import dev.weft.control.store.Types;
import dev.weft.control.translate.Directory;
import dev.weft.control.translate.Names;
import dev.weft.control.translate.Translator;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** What the control plane makes of rules and instances, as an agent reads it. */
public final class IstioRules {
    static final String DOMAIN = "cluster.local";

    /** Of those who call, where nobody says another. */
    static final String NAMESPACE = "default";

    private IstioRules() {}

    /**
     * What callers of a namespace get.
     *
     * @param files of rules, or directories of them
     * @param labels of the callers
     * @param domain the end of full names
     * @throws IllegalArgumentException when something is refused; names file, line, field and reason
     */
    public static Standalone read(
            List<Path> files, List<Instance> instances, String namespace, Map<String, String> labels, String domain)
            throws IOException {
        RuleReading rules = RuleReading.of(files, new RuleParser(new HostNames(domain)));
        if (!rules.errors().isEmpty()) {
            throw new IllegalArgumentException(
                    rules.errors().stream().map(String::valueOf).collect(Collectors.joining("\n")));
        }
        var log = new Log(
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
                Clock.systemUTC(),
                false);
        var queue = new StillQueue();
        var store = new ResourceStore(Types.SHARED);
        var names = new Names(domain);
        var registry = new Registry(queue, log, domain, Graces.DEFAULT);
        var directory = new Directory(store, queue, names);
        var translator = new Translator(registry, store, directory, names, log);
        var declared = new DeclaredServices(registry, new DnsNames(IstioRules::unknown, queue, log));
        registry.listen(translator);
        registry.listen(declared);
        directory.wanted(Types.SERVICE_NAMES, namespace);
        declared.apply(rules.rules());
        translator.apply(rules.rules());
        for (Instance instance : instances) {
            register(instance, registry);
        }
        return configuration(store, namespace, labels);
    }

    /** DNS as it is in a test. */
    private static void unknown(String name, Consumer<Resolver.Resolution> told) {
        told.accept(new Resolver.Resolution(List.of(), "a test has no DNS"));
    }

    private static void register(Instance instance, Registry registry) {
        var asked = new Registration(
                instance.service(),
                instance.namespace(),
                instance.address(),
                instance.port(),
                "http",
                instance.labels(),
                instance.labels().getOrDefault(Topology.REGION, ""),
                instance.labels().getOrDefault(Topology.ZONE, ""),
                1,
                State.UP,
                Registration.LONGEST,
                null);
        List<String> wrong = new ArrayList<>();
        asked.check((field, why) -> wrong.add(field + " " + why));
        if (!wrong.isEmpty()) {
            throw new IllegalArgumentException("instance " + instance.address() + ":" + instance.port() + " of "
                    + instance.service() + ": " + String.join(", ", wrong));
        }
        try {
            registry.put(asked);
        } catch (ConflictException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static Standalone configuration(ResourceStore store, String namespace, Map<String, String> labels) {
        List<Standalone.Given> given = new ArrayList<>();
        for (String url : Types.SHARED) {
            var type = Objects.requireNonNull(ResourceType.of(url));
            var source = Objects.requireNonNull(store.of(url, namespace, labels));
            for (String name : source.names()) {
                Resource resource = Objects.requireNonNull(source.get(name));
                given.add(new Standalone.Given(type, name, resource.body().toByteArray()));
            }
        }
        return Refusals.none(Standalone.of("test", new ResourceReader(EveryCertificate.INSTANCE), given));
    }
}
