package dev.weft.control.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResilienceCheckTest {
    private static final String ROUTES = """
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: order}
            spec:
              hosts: [order]
              http:
                - name: list
                  match: [{uri: {prefix: /list}}]
                  route: [{destination: {host: order}}]
                - name: gone
                  directResponse: {status: 410}
            """;

    private static List<String> warnings(String... texts) {
        RuleBook book = new RuleBook();
        byte[] bytes = String.join("---\n", texts).getBytes(StandardCharsets.UTF_8);
        RuleFile file = new RuleParser(new HostNames("cluster.local")).parse("f.yaml", bytes);
        assertEquals(List.of(), file.errors());
        book.put(file, bytes);
        return book.rules().warnings().stream().map(Finding::reason).toList();
    }

    private static String rule(String name, String spec) {
        return """
                apiVersion: weft.dev/v1
                kind: Resilience
                metadata: {name: %s}
                spec: {host: order, %s}
                """.formatted(name, spec);
    }

    @Test
    void aRouteThatDoesNotExistIsWarnedOf() {
        assertEquals(
                List.of("'lists' is the name of no route of order.default.svc.cluster.local; did you mean 'list'?"),
                warnings(ROUTES, rule("a", "routes: [lists], fallback: {}")));
        assertEquals(List.of(), warnings(rule("a", "routes: [default], fallback: {}")));
    }

    @Test
    void aRouteThatAnswersItselfIsWarnedOfWhereItIsNamed() {
        assertEquals(
                List.of("has no effect on route 'gone', which answers the call itself"),
                warnings(ROUTES, rule("a", "routes: [gone], fallback: {}")));
        assertEquals(List.of(), warnings(ROUTES, rule("a", "fallback: {}")));
    }

    @Test
    void twoThatSayTheSamePartOfOneRouteAreWarnedOf() {
        assertEquals(
                List.of("where both speak, the rule for order.default.svc.cluster.local at f.yaml:13 wins"),
                warnings(ROUTES, rule("a", "routes: [list], fallback: {}"), rule("b", "fallback: {}")));
        assertEquals(
                List.of(),
                warnings(ROUTES, rule("a", "routes: [list], fallback: {}"), rule("b", "bulkhead: {maxCalls: 1}")));
        assertEquals(
                List.of(),
                warnings(
                        ROUTES,
                        rule("a", "routes: [list], fallback: {}"),
                        rule("b", "routes: [list], breaker: {open: 1s}")));
    }

    @Test
    void whatAWaitMeansWithoutAQueueIsWarnedOf() {
        assertEquals(
                List.of("has no effect: without maxWaiting nobody waits"),
                warnings(rule("a", "bulkhead: {maxCalls: 1, maxWait: 1s}")));
    }

    @Test
    void settingsOfABalancerThatNobodyAsksForAreWarnedOf() {
        String rule = """
                apiVersion: networking.istio.io/v1
                kind: DestinationRule
                metadata: {name: order}
                spec: {host: %s, subsets: [{name: v1, trafficPolicy: {loadBalancer: {simple: PEAK_EWMA}}}]}
                """;
        String settings = rule("a", "peakEwma: {decay: 1s}");
        List<String> warned = List.of("has no effect: no DestinationRule for order.default.svc.cluster.local says"
                + " loadBalancer.simple: PEAK_EWMA");
        assertEquals(warned, warnings(settings));
        assertEquals(warned, warnings(settings, rule.formatted("audit")));
        assertEquals(List.of(), warnings(settings, rule.formatted("order")));
        assertEquals(List.of(), warnings(settings.replace("host: order", "host: '*'"), rule.formatted("order")));
    }

    @Test
    void hedgingByATimeThatNoTryHasIsWarnedOf() {
        String hedge = "hedge: {onPerTryTimeout: true}";
        assertEquals(
                List.of("has no effect on route 'list', whose retries have no perTryTimeout"),
                warnings(ROUTES, rule("a", hedge)));
        assertEquals(
                List.of("has no effect on route 'default', whose retries have no perTryTimeout"),
                warnings(rule("a", hedge)));
        assertEquals(List.of(), warnings(ROUTES, rule("a", "hedge: {initialRequests: 2}")));
        assertEquals(
                List.of(),
                warnings(
                        ROUTES.replace("route: [", "retries: {attempts: 1, perTryTimeout: 1s}\n      route: ["),
                        rule("a", hedge)));
    }

    @Test
    void whatNeedsRetriesIsWarnedOfWhereTheyAreSwitchedOff() {
        String off = ROUTES.replace("route: [", "retries: {attempts: 0, perTryTimeout: 1s}\n      route: [");
        List<String> warned = List.of("has no effect on route 'list', whose retries are switched off");
        assertEquals(warned, warnings(off, rule("a", "hedge: {onPerTryTimeout: true}")));
        assertEquals(warned, warnings(off, rule("a", "retriableHeaders: {x-again: ''}")));
        assertEquals(List.of(), warnings(ROUTES, rule("a", "retriableHeaders: {x-again: ''}")));
        assertEquals(List.of(), warnings(off, rule("a", "hedge: {initialRequests: 2}")));
    }

    @Test
    void callsThatNobodyCountsAreWarnedOf() {
        String limit = rule("a", "globalRateLimit: {descriptors: [{entries: [{value: a}]}]}");
        String service = rule("b", "rateLimitService: {destination: {host: limits}, domain: shop}");
        assertEquals(
                List.of("has no effect: no Resilience for order.default.svc.cluster.local names a rateLimitService"),
                warnings(limit));
        assertEquals(
                List.of("has no effect: no Resilience for order.default.svc.cluster.local says a globalRateLimit"),
                warnings(service));
        assertEquals(List.of(), warnings(limit, service));
        assertEquals(List.of(), warnings(limit, service.replace("host: order", "host: '*'")));
    }
}
