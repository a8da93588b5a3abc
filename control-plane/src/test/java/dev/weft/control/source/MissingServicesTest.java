package dev.weft.control.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.control.log.CapturedLog;
import dev.weft.control.queue.ManualQueue;
import dev.weft.control.registry.Graces;
import dev.weft.control.registry.Health;
import dev.weft.control.registry.Lease;
import dev.weft.control.registry.NodeIdentity;
import dev.weft.control.registry.Registry;
import dev.weft.control.rule.Finding;
import dev.weft.control.rule.HostNames;
import dev.weft.control.rule.RuleParser;
import dev.weft.control.rule.RuleReading;
import dev.weft.control.rule.RuleSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MissingServicesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String RULES = """
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: order}
            spec:
              hosts: [order]
              http:
                - route: [{destination: {host: odrer}}]
            ---
            apiVersion: networking.istio.io/v1
            kind: ServiceEntry
            metadata: {name: out}
            spec: {hosts: [out.example.com], ports: [{number: 80, name: http, protocol: HTTP}], resolution: NONE}
            ---
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: {name: out}
            spec: {host: out.example.com}
            """;
    private static final String WARNING =
            ":7:29: host: there is no service odrer.default.svc.cluster.local; did you mean 'order'?";

    @TempDir
    Path directory;

    private final CapturedLog log = new CapturedLog();
    private final ManualQueue queue = new ManualQueue();
    private final Registry registry = new Registry(queue, log.log(), "cluster.local", Graces.DEFAULT);
    private final MissingServices missing = new MissingServices(registry, queue, PATIENCE, log.log());

    MissingServicesTest() {
        registry.listen(missing);
    }

    private RuleSet rules(String text) throws IOException {
        Path file = Files.writeString(directory.resolve("order.yaml"), text);
        return RuleReading.of(List.of(file), new RuleParser(new HostNames("cluster.local")))
                .rules();
    }

    private Lease agent(String service) {
        Lease lease =
                registry.lease(new NodeIdentity(service, service, "default", "10.0.0.1", Map.of(), "", "", "weft"));
        lease.subscribe(service + ":80", name -> {});
        lease.health(Health.READY);
        return lease;
    }

    private long warnings() {
        return log.text()
                .lines()
                .filter(line -> line.contains("there is no service"))
                .count();
    }

    @Test
    void whoHasNotComeYetIsNotMissedBeforeItsTime() throws IOException {
        missing.apply(rules(RULES));
        queue.pass(PATIENCE.minusSeconds(1));
        agent("order");
        agent("odrer");
        queue.pass(PATIENCE);
        assertEquals(0, warnings(), log.text());
        assertEquals(List.of(), missing.of(rules(RULES)));
    }

    @Test
    void aHostThatNobodyHasIsToldOnceWithFileAndLine() throws IOException {
        agent("order");
        missing.apply(rules(RULES));
        queue.pass(PATIENCE);
        assertEquals(1, warnings(), log.text());
        assertTrue(log.text().contains("order.yaml" + WARNING), log.text());
        agent("cart");
        missing.apply(rules(RULES));
        assertEquals(1, warnings(), log.text());
        assertEquals(
                List.of(directory.resolve("order.yaml") + WARNING),
                missing.of(rules(RULES)).stream().map(Finding::toString).toList());
    }

    @Test
    void itIsNoMoreMissingOnceItRegistersAndMissingAgainWhenItIsForgotten() throws IOException {
        agent("order");
        missing.apply(rules(RULES));
        queue.pass(PATIENCE);
        Lease lease = agent("odrer");
        assertEquals(List.of(), missing.of(rules(RULES)));
        lease.close();
        queue.pass(Duration.ofMinutes(9));
        assertEquals(1, warnings(), "a service without instances is one: " + log.text());
        queue.pass(Duration.ofMinutes(2));
        assertEquals(2, warnings(), log.text());
    }

    @Test
    void rulesThatComeLaterAreLookedAtAtOnce() throws IOException {
        agent("order");
        queue.pass(PATIENCE);
        missing.apply(rules(RULES));
        assertEquals(1, warnings(), log.text());
        missing.apply(rules(RULES.replace("odrer", "order")));
        assertEquals(1, warnings(), log.text());
    }
}
