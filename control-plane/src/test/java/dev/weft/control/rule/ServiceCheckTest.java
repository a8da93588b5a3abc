package dev.weft.control.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ServiceCheckTest {
    private static RuleSet rules(String text) {
        RuleBook book = new RuleBook();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        RuleFile file = new RuleParser(new HostNames("cluster.local")).parse("f.yaml", bytes);
        assertEquals(List.of(), file.errors());
        book.put(file, bytes);
        return book.rules();
    }

    private static String warnings(String text) {
        return String.join(
                "\n", rules(text).warnings().stream().map(Finding::toString).toList());
    }

    private static String entry(String name, String spec) {
        return """
                ---
                apiVersion: networking.istio.io/v1
                kind: ServiceEntry
                metadata: {name: %s}
                spec:
                  %s
                """.formatted(name, spec.replace("\n", "\n  "));
    }

    private static String route(String destination) {
        return """
                ---
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: r}
                spec: {hosts: [audit], http: [{route: [{destination: %s}]}]}
                """.formatted(destination);
    }

    private static final String TWO_PORTS = """
            hosts: [a.example.com]
            resolution: DNS
            ports: [{number: 80, name: http}, {number: 443, name: https}, {number: 53, name: udp}]""";

    @Test
    void portsThatAreNotOfConnectionsAreNamed() {
        assertEquals(
                "f.yaml:2:1: spec.ports: 53 (UDP): what is sent there passes through untouched",
                warnings(entry("a", TWO_PORTS)));
    }

    @Test
    void aDestinationMustNameOneOfSeveralPortsThatAreDeclared() {
        String entry = entry("a", TWO_PORTS.replace(", {number: 53, name: udp}", ""));
        assertEquals("", warnings(entry + route("{host: a.example.com, port: {number: 443}}")));
        assertEquals(
                "f.yaml:13:54: port: a.example.com declares no port 81: calls to it fail",
                warnings(entry + route("{host: a.example.com, port: {number: 81}}")));
        assertEquals(
                "f.yaml:13:54: port: is missing: a.example.com declares several ([80, 443]); the caller's port counts,"
                        + " and calls to any other fail",
                warnings(entry + route("{host: a.example.com}")));
    }

    @Test
    void aHostThatIsDeclaredTwiceAndAServiceWithoutEndpointsAreWarnedOf() {
        String none = "hosts: [a.example.com]\nresolution: STATIC\nports: [{number: 80, name: http}]";
        assertEquals("""
                f.yaml:10:1: spec.hosts: a.example.com is declared at f.yaml:2, which counts
                f.yaml:2:1: spec.endpoints: there are none: calls to the service fail""", warnings(entry("a", none) + entry("b", none)));
    }

    @Test
    void aHostThatTwoNamespacesDeclareForThemselvesIsWarnedOf() {
        String own = "hosts: [a.example.com]\nresolution: STATIC\nports: [{number: 80, name: http}]\n"
                + "endpoints: [{address: 10.0.0.1}]\nexportTo: ['.']";
        assertEquals(
                "f.yaml:12:1: spec.hosts: a.example.com is declared at f.yaml:2, which counts",
                warnings(entry("a, namespace: team-a", own) + entry("b, namespace: team-b", own)));
    }

    @Test
    void aWorkloadThatNobodySelectsOrWhoseGroupIsMissingIsWarnedOf() {
        assertEquals(
                """
                f.yaml:4:7: spec.labels: no ServiceEntry of its namespace selects it: nobody calls it
                f.yaml:9:7: metadata.annotations: there is no WorkloadGroup/default/g: nobody checks whether this workload is well
                f.yaml:9:7: spec.address: 'a1.example.com' is left out of a.example.com, whose resolution is STATIC: it takes IP addresses""",
                warnings("""
                        apiVersion: networking.istio.io/v1
                        kind: WorkloadEntry
                        metadata: {name: w}
                        spec: {address: 10.0.0.1}
                        ---
                        apiVersion: networking.istio.io/v1
                        kind: WorkloadEntry
                        metadata: {name: v, annotations: {istio.io/autoRegistrationGroup: g}}
                        spec: {address: a1.example.com, labels: {app: a}}
                        """
                        + entry(
                                "a",
                                "hosts: [a.example.com]\nresolution: STATIC\nports: [{number: 80, name: http}]\n"
                                        + "workloadSelector: {labels: {app: a}}")));
    }

    @Test
    void fieldsWithoutEffectAreSaidOnceByName() {
        assertEquals(
                "f.yaml:9:35: spec.endpoints[0].serviceAccount: has no effect: nobody checks a workload's identity by it",
                warnings(entry(
                        "a",
                        "hosts: [a.example.com]\nresolution: STATIC\nports: [{number: 80, name: http}]\n"
                                + "endpoints: [{address: 10.0.0.1, serviceAccount: a}]")));
    }

    @Test
    void aDeclaredHostIsKnown() {
        RuleSet rules = rules(entry("a", TWO_PORTS) + route("{host: a.example.com, port: {number: 80}}"));
        assertEquals(List.of(), rules.unknownHosts(Set.of()));
    }

    @Test
    void settingsOfAPortThatNobodyDeclaresAreWarnedOf() {
        String entry = entry("a", TWO_PORTS.replace(", {number: 53, name: udp}", ""));
        String rule = """
                ---
                apiVersion: networking.istio.io/v1
                kind: DestinationRule
                metadata: {name: a}
                spec: {host: a.example.com, trafficPolicy: {portLevelSettings: [{port: {number: %d}}]}}
                """;
        assertEquals("", warnings(entry + rule.formatted(443)));
        assertEquals(
                "f.yaml:10:1: portLevelSettings: port 81 has no effect: a.example.com declares no port 81",
                warnings(entry + rule.formatted(81)));
        assertEquals(
                "f.yaml:2:1: portLevelSettings: port 80 has no effect: services that agents register declare no ports,"
                        + " any port means the service",
                warnings(rule.formatted(80)));
        assertEquals("", warnings(rule.formatted(80).replace("host: a.example.com", "host: '*'")));
    }
}
