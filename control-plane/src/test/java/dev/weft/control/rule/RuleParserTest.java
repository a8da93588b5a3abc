package dev.weft.control.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is wrong in a rule file is found, all of it, where it stands. The files in {@code broken} say
 * beside each line what must be found there: {@code #! COLUMN PATH: REASON}.
 */
class RuleParserTest {
    private static final Path BROKEN = Path.of("src/test/resources/broken");

    private final RuleParser parser = new RuleParser(new HostNames("cluster.local"));

    static Stream<Path> broken() throws IOException {
        try (Stream<Path> files = Files.list(BROKEN)) {
            return files.sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("broken")
    void everyMistakeIsFoundWhereItStands(Path file) throws IOException {
        List<String> expected = new ArrayList<>();
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
            int mark = lines.get(i).indexOf("#! ");
            if (mark >= 0) {
                expected.add((i + 1) + ":" + lines.get(i).substring(mark + 3).replaceFirst(" ", ": "));
            }
        }
        RuleFile parsed = parser.parse("f.yaml", Files.readAllBytes(file));
        List<String> found = parsed.errors().stream()
                .map(error -> error.toString().substring("f.yaml:".length()))
                .sorted()
                .toList();
        assertEquals(String.join("\n", expected.stream().sorted().toList()), String.join("\n", found));
    }

    private RuleFile parse(String text) {
        return parser.parse("f.yaml", text.getBytes(StandardCharsets.UTF_8));
    }

    private static final String MIXED = """
            apiVersion: v1
            kind: List
            metadata: {resourceVersion: ""}
            items:
            - apiVersion: networking.istio.io/v1
              kind: VirtualService
              metadata:
                name: order
                creationTimestamp: "2026-01-01T00:00:00Z"
                annotations:
                  kubectl.kubernetes.io/last-applied-configuration: |
                    {"apiVersion":"networking.istio.io/v1"}
              spec:
                hosts: [order]
                http: [{route: [{destination: {host: order}}]}]
            - {apiVersion: networking.istio.io/v1, kind: DestinationRule, metadata: {name: cart}, spec: {host: cart}}
            - apiVersion: v1
              kind: Service
              metadata: {generateName: order-}
              spec: {anything: [1, 2]}
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: order}
            """;

    @Test
    void aListIsReadItemByItemAndWhatIsNoRuleIsSkipped() {
        RuleFile file = parse(MIXED);
        assertEquals(List.of(), file.errors());
        assertEquals(
                List.of("VirtualService/order:5", "DestinationRule/cart:16"),
                file.entries().stream()
                        .map(entry -> entry.kind() + "/" + entry.name() + ":"
                                + entry.origin().line())
                        .toList());
        assertEquals(2, file.rules().size());
        assertEquals(
                List.of(
                        "f.yaml:17:3: kind: Service of v1 is no rule, and is skipped",
                        "f.yaml:22:1: kind: Deployment of apps/v1 is no rule, and is skipped"),
                file.skipped().stream().map(Finding::toString).toList());
    }

    @Test
    void theTextOfAnItemIsADocumentOfItsOwn() {
        for (RuleFile.Entry entry : parse(MIXED).entries()) {
            RuleFile alone = parse(entry.text());
            assertEquals(List.of(), alone.errors(), entry.text());
            assertEquals(entry.name(), alone.entries().get(0).name());
        }
    }

    @Test
    void aMistakeInAnItemIsFoundWhereItStands() {
        String errors =
                parse(MIXED.replace("hosts: [order]", "host: [order]")).errors().toString();
        assertTrue(errors.contains("f.yaml:14:5: spec.host: is unknown"), errors);
        assertTrue(firstError("apiVersion: v1\nkind: List\nmetadata: {name: a}\nitems: {}\n")
                .contains("'List' is not a kind of rule"));
        assertTrue(firstError("apiVersion: v1\nkind: List\nmetadata: {name: a}\nitems: &i\n- apiVersion: v1\n"
                        + "  kind: List\n  items: *i\n")
                .contains("metadata: is missing"));
    }

    @ParameterizedTest
    @CsvSource({
        "networking.istio.io/v1,VirtualServce",
        "networking.istio.io/v1,EnvoyFilter",
        "telemetry.istio.io/v1,Telemetry",
        "security.istio.io/v1,AuthorisationPolicy",
        "gateway.networking.k8s.io/v1,BackendTLSPolicy",
        "weft.dev/v1,Resilence",
        "apps/v1,VirtualService",
        "'',Deployment",
        "apps,Deployment"
    })
    void whatCouldBeARuleIsRefusedAndNotSkipped(String apiVersion, String kind) {
        RuleFile file = parse("apiVersion: '" + apiVersion + "'\nkind: " + kind + "\nmetadata: {name: a}\nspec: {}\n");
        assertFalse(file.isGood());
        assertEquals(List.of(), file.skipped());
    }

    private String firstError(String text) {
        RuleFile file = parse(text);
        assertFalse(file.isGood());
        return file.errors().get(0).toString();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'a: [1'| f.yaml:1:",
                "'a: b: c'| f.yaml:1:5: is not YAML: mapping values are not allowed here",
                "'\ta: b'| f.yaml:1:1: is not YAML",
                "'a: *nobody'| f.yaml:1:4: is not YAML: found undefined alias nobody",
            })
    void whatIsNotYamlIsSaidSoWithItsPlace(String text, String error) {
        assertTrue(firstError(text).startsWith(error), firstError(text));
    }

    @Test
    void bytesThatAreNoTextAreRefused() {
        RuleFile file = parser.parse("f.yaml", new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
        assertEquals("is not UTF-8 text", file.errors().get(0).reason());
    }

    @Test
    void aFileThatIsTooLargeIsRefusedUnread() {
        RuleFile file = parser.parse("f.yaml", new byte[RuleParser.MAX_BYTES + 1]);
        assertEquals("is larger than 1048576 bytes", file.errors().get(0).reason());
    }

    @Test
    void depthIsLimited() {
        assertTrue(
                firstError("[".repeat(10_000)).contains("Nesting Depth exceeded max 40"), firstError("[".repeat(99)));
    }

    @Test
    @Timeout(60)
    void aliasesThatGrowWithoutEndAreStopped() {
        StringBuilder bomb = new StringBuilder("""
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: bomb}
                spec:
                  hosts: [order]
                  http:
                    - &r
                      route: [{destination: {host: order}}]
                      match:
                        - &m
                          headers: {""");
        for (int i = 0; i < 2_000; i++) {
            bomb.append("h").append(i).append(": {exact: a}, ");
        }
        bomb.append("}\n");
        bomb.append("        - *m\n".repeat(22));
        bomb.append("    - *r\n".repeat(22));
        String error = firstError(bomb.toString());
        assertTrue(error.contains("too many fields once its aliases are followed"), error);
    }

    @Test
    @Timeout(60)
    void aNodeThatContainsItselfEnds() {
        assertFalse(
                parse("&a\napiVersion: *a\nkind: *a\nmetadata: *a\nspec: *a\n").isGood());
    }

    private String uri(String regex) {
        return firstError("""
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: order}
                spec:
                  hosts: [order]
                  http: [{match: [{uri: {regex: '%s'}}], route: [{destination: {host: order}}]}]
                """.formatted(regex));
    }

    @Test
    void aRegexThatCallersWouldRefuseIsRefused() {
        assertTrue(uri("(abcdefghijkl){900}").contains("steps, more than 5000"), uri("(abcdefghijkl){900}"));
        String long1000 = uri("(" + "a".repeat(10_000) + "){1000}");
        assertTrue(long1000.contains("of 10008 characters repeats too much of them"), long1000);
    }

    @Test
    void aRegexThatIsNestedTooDeeplyIsRefused() {
        String error = uri("(".repeat(20_000) + "a" + ")".repeat(20_000));
        assertTrue(error.contains("of 40001 characters is nested too deeply"), error);
    }

    @Test
    void notEveryMistakeOfAHopelessFileIsListed() {
        RuleFile file = parse("apiVersion: a\nkind: b\nmetadata: {name: c}\n"
                + Stream.iterate(0, i -> i + 1)
                        .limit(5_000)
                        .map(i -> "f" + i + ": 1\n")
                        .reduce("", String::concat));
        assertTrue(file.errors().size() <= 100, file.errors().size() + " errors");
    }

    @ParameterizedTest
    @CsvSource({
        "order, order.shop.svc.cluster.local",
        "Order, order.shop.svc.cluster.local",
        "order.shop, order.shop.svc.cluster.local",
        "order.other.svc, order.other.svc.cluster.local",
        "order.other.svc.cluster.local, order.other.svc.cluster.local",
        "example.com, example.com",
        "a.b.svc.example.com, a.b.svc.example.com"
    })
    void shortNamesBelongToTheNamespaceOfTheRule(String name, String full) {
        assertEquals(full, new HostNames("cluster.local").full(name, "shop"));
    }

    @ParameterizedTest
    @CsvSource({"0s,0", "1.5s,1500", "100ms,100", "1h,3600000", "1m30s,90000", "2h45m0.5s,9900500"})
    void durationsAreReadAsIstioWritesThem(String text, long millis) {
        assertEquals(Duration.ofMillis(millis), Durations.parse(text));
    }

    @ParameterizedTest
    @CsvSource({"''", "5", "s", "-1s", "1.s", "'1s '", "1d", "1e3s", "99999999h", "1s1", "١s"})
    void whatIsNoDurationIsNotTakenForOne(String text) {
        assertEquals(null, Durations.parse(text));
    }
}
