package dev.weft.control.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Several routes of the Gateway API for one service. */
class MeshRouteTest {
    private static final String ORDER = "order.default.svc.cluster.local";

    private static RuleSet rules(String text) {
        RuleBook book = new RuleBook();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        RuleFile file = new RuleParser(new HostNames("cluster.local")).parse("f.yaml", bytes);
        assertEquals(List.of(), file.errors());
        book.put(file, bytes);
        return book.rules();
    }

    private static String route(String kind, String name, String rules) {
        return """
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: %s
                metadata: {name: %s}
                spec:
                  parentRefs: [{group: "", kind: Service, name: order}]
                  rules: [%s]
                """.formatted(kind, name, rules);
    }

    private static List<String> order(String text) {
        return Objects.requireNonNull(rules(text).routesByHost().get(ORDER)).stream()
                .map(VirtualService.HttpRoute::name)
                .toList();
    }

    private static String rule(String name, String match) {
        return "{name: " + name + ", matches: [" + match + "], backendRefs: [{name: order, port: 80}]}";
    }

    @Test
    void theLimitOfEachRequestIsThatOfTheCallWhereNothingIsTriedAgain() {
        String limited = "{backendRefs: [{name: order, port: 80}], timeouts: {request: 5s, backendRequest: 2s}%s}";
        assertEquals(Duration.ofSeconds(5), timeout(limited.formatted("")));
        assertEquals(Duration.ofSeconds(2), timeout(limited.formatted(", retry: {attempts: 0}")));
    }

    private static Duration timeout(String rule) {
        VirtualService.HttpRoute route = Objects.requireNonNull(
                        rules(route("HTTPRoute", "r", rule)).routesByHost().get(ORDER))
                .get(0);
        return ((VirtualService.Forward) route.action()).timeout();
    }

    @Test
    void whatSaysMoreAboutACallIsTriedFirstInWhateverOrderItIsWritten() {
        List<String> expected = List.of(
                rule("exact", "{path: {type: Exact, value: /a}}"),
                rule("longest-with-method", "{path: {value: /a/b/c}, method: GET}"),
                rule(
                        "longest-with-headers",
                        "{path: {value: /a/b/c}, headers: [{name: a, value: b}, {name: c, value: d}]}"),
                rule("longest-with-header", "{path: {value: /a/b/c}, headers: [{name: a, value: b}]}"),
                rule("longest-with-parameter", "{path: {value: /a/b/c}, queryParams: [{name: a, value: b}]}"),
                rule("longest", "{path: {value: /a/b/c/}}"),
                rule("shorter", "{path: {value: /a/b}, headers: [{name: a, value: b}]}"),
                rule("regex", "{path: {type: RegularExpression, value: /a.*}}"),
                rule("any-with-method", "{method: GET}"),
                rule("any", "{path: {value: /}}"));
        List<String> names = expected.stream()
                .map(rule -> "r/" + rule.substring("{name: ".length(), rule.indexOf(',')))
                .toList();
        for (int seed = 0; seed < 20; seed++) {
            List<String> shuffled = new ArrayList<>(expected);
            Collections.shuffle(shuffled, new Random(seed));
            assertEquals(names, order(route("HTTPRoute", "r", String.join(", ", shuffled))), "seed " + seed);
        }
    }

    @Test
    void amongEqualsTheNameOfTheRouteDecidesAndThenTheOrderInIt() {
        String same = "{path: {value: /a}}";
        assertEquals(
                List.of("a/first", "a/second", "b/first"),
                order(route("HTTPRoute", "b", rule("first", same))
                        + route("HTTPRoute", "a", rule("first", same) + ", " + rule("second", same))));
    }

    @Test
    void aVirtualServiceGoesBeforeRoutesAndARouteForGrpcBeforeOneForHttpAndBothAreSaid() {
        String any = rule("any", "");
        RuleSet rules = rules(route("HTTPRoute", "h", any) + route("GRPCRoute", "g", any));
        assertEquals(
                List.of("f.yaml:6:16: spec.parentRefs: has no effect: the GRPCRoute at f.yaml:9 speaks for " + ORDER),
                rules.warnings().stream().map(Finding::toString).toList());
        assertEquals(List.of("g/any"), order(route("HTTPRoute", "h", any) + route("GRPCRoute", "g", any)));

        String service = """
                ---
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: v}
                spec: {hosts: [order], http: [{route: [{destination: {host: order}}]}]}
                """;
        assertEquals(List.of("v/0"), order(route("HTTPRoute", "h", any) + service));
        assertEquals(
                List.of("f.yaml:6:16: spec.parentRefs: has no effect: the VirtualService at f.yaml:9 speaks for "
                        + ORDER),
                rules(route("HTTPRoute", "h", any) + service).warnings().stream()
                        .map(Finding::toString)
                        .toList());
    }

    @Test
    void aParentThatDoesNotExistIsFound() {
        assertEquals(
                List.of("f.yaml:6:16: host: there is no service " + ORDER + "; did you mean 'orders'?"),
                rules(route("HTTPRoute", "h", "{backendRefs: []}"))
                        .unknownHosts(Set.of("orders.default.svc.cluster.local"))
                        .stream()
                        .map(Finding::toString)
                        .toList());
    }

    @Test
    void whatMeansNothingHereIsSaidByName() {
        String text = route("HTTPRoute", "h", rule("any", ""))
                .replace("spec:", "spec:\n  hostnames: [a.example.com]")
                .replace("[{group: \"\"", "[{name: edge}, {group: \"\"");
        assertEquals(
                List.of(
                        "f.yaml:7:17: spec.parentRefs[0].name: has no effect: a Gateway is none of this mesh's",
                        "f.yaml:6:3: spec.hostnames: has no effect: which service is called says the parent"),
                rules(text).warnings().stream().map(Finding::toString).toList());
    }
}
