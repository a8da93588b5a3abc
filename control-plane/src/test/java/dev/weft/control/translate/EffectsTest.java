package dev.weft.control.translate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.control.log.CapturedLog;
import dev.weft.control.rule.HostNames;
import dev.weft.control.rule.RuleDirectory;
import dev.weft.control.rule.RuleParser;
import dev.weft.control.rule.RuleSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a change of declared services and workloads changes for callers. */
class EffectsTest {
    private static final String PORTS = "hosts: [pay.example.com], ports: [{number: 80, name: http}]";

    @TempDir
    Path temp;

    private RuleSet rules(String text) throws IOException {
        Path root = Files.createTempDirectory(temp, "rules");
        Files.writeString(root.resolve("rules.yaml"), text);
        RuleDirectory directory =
                new RuleDirectory(root, new RuleParser(new HostNames("cluster.local")), new CapturedLog().log());
        directory.scan(Set.of());
        assertEquals(
                List.of(),
                directory.rules().entries().stream()
                        .flatMap(entry -> entry.errors().stream())
                        .toList());
        return directory.rules();
    }

    private List<String> parts(String before, String after) throws IOException {
        return Effects.between(rules(before), rules(after)).stream()
                .flatMap(change -> change.parts().stream())
                .toList();
    }

    private static String entry(String spec) {
        return """
                ---
                apiVersion: networking.istio.io/v1
                kind: ServiceEntry
                metadata: {name: pay}
                spec: {%s}
                """.formatted(spec);
    }

    private static String group(String probe) {
        return """
                ---
                apiVersion: networking.istio.io/v1
                kind: WorkloadEntry
                metadata: {name: w, annotations: {istio.io/autoRegistrationGroup: pay}}
                spec: {address: 192.0.2.1, labels: {app: a}}
                ---
                apiVersion: networking.istio.io/v1
                kind: WorkloadGroup
                metadata: {name: pay}
                spec: {template: {}%s}
                """.formatted(probe);
    }

    @Test
    void anotherTargetPortIsAChangeOfThePorts() throws IOException {
        String spec = PORTS + ", resolution: STATIC, endpoints: [{address: 192.0.2.1}]";
        assertEquals(
                List.of("ports"), parts(entry(spec), entry(spec.replace("name: http", "name: http, targetPort: 81"))));
    }

    @Test
    void whatIsSaidOfAllHostsChangesAllThatNoRuleNamesAndThoseThatAreNamed() throws IOException {
        String named = """
                ---
                apiVersion: networking.istio.io/v1
                kind: DestinationRule
                metadata: {name: order}
                spec: {host: order, trafficPolicy: {retryBudget: {percent: 1}}}
                """;
        String all = named.replace("name: order", "name: all").replace("host: order", "host: '*'");
        String pool = ", connectionPool: {tcp: {connectTimeout: 1s}}}}";
        assertEquals(
                List.of("* [policy]", "order.default.svc.cluster.local [policy]"),
                Effects.between(rules(named + all), rules(named + all.replace("}}}", "}" + pool))).stream()
                        .map(change -> change.host() + " " + change.parts())
                        .toList());
    }

    @Test
    void anotherTimeOfCallersWithLabelsIsAChangeOfTheRoutes() throws IOException {
        String rule = """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: order}
                spec:
                  hosts: [order]
                  http:
                    - match: [{sourceLabels: {app: a}}, {sourceLabels: {app: b}, sourceNamespace: lab}]
                      timeout: 1s
                      route: [{destination: {host: order}}]
                """;
        assertEquals(List.of("routes"), parts(rule, rule.replace("1s", "2s")));
        assertEquals(List.of("routes"), parts(rule, rule.replace("app: b", "app: c")));
        assertEquals(List.of(), parts(rule, "# moved\n" + rule));
    }

    @Test
    void anotherSelectorIsAChangeOfTheEndpointsAlthoughNoRuleNamesThem() throws IOException {
        String spec = PORTS + ", resolution: STATIC, workloadSelector: {labels: {app: a}}";
        assertEquals(List.of("endpoints"), parts(entry(spec), entry(spec.replace("app: a", "app: b"))));
    }

    @Test
    void askingDnsForTheHostIsAChangeOfTheEndpoints() throws IOException {
        String spec = PORTS + ", resolution: ";
        assertEquals(List.of("endpoints"), parts(entry(spec + "STATIC"), entry(spec + "DNS")));
    }

    @Test
    void aProbeIsAChangeOfTheEndpointsAndTheSameOneIsNone() throws IOException {
        String spec = PORTS + ", resolution: STATIC, workloadSelector: {labels: {app: a}}";
        String probe = ", probe: {tcpSocket: {port: 9000}}";
        assertEquals(List.of("endpoints"), parts(entry(spec) + group(""), entry(spec) + group(probe)));
        assertEquals(List.of(), parts(entry(spec) + group(probe), "# moved\n" + entry(spec) + group(probe)));
    }

    @Test
    void whatIsSaidOfAHostAsAWholeIsAChangeOfItsPolicy() throws IOException {
        String rule = """
                apiVersion: weft.dev/v1
                kind: Resilience
                metadata: {name: order}
                spec: {host: order, subsetting: {instances: 3}}
                """;
        assertEquals(List.of("policy"), parts(rule, rule.replace("instances: 3", "instances: 4")));
        assertEquals(List.of(), parts(rule, "# moved\n" + rule));
    }
}
