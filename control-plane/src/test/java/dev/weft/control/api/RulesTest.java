package dev.weft.control.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.control.api.Api.Answer;
import dev.weft.control.registry.Graces;
import dev.weft.control.rule.VirtualService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Rules over the REST API. */
class RulesTest {
    private static final String ORDER = "/api/v1/rules/VirtualService/default/order";
    private static final String YAML = "Content-Type: application/yaml";

    @TempDir
    Path temp;

    private Path config;
    private Api api;

    @BeforeEach
    void start() throws IOException {
        config = Files.createDirectory(temp.resolve("rules"));
        api = new Api(config, temp.resolve("state"));
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private static String rule(String name, String host) {
        return """
                # why this is so
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: %s}
                spec:
                  hosts: [order]
                  http:
                    - route:
                        - destination: {host: %s}
                """.formatted(name, host);
    }

    private Answer put(String body, String... headers) {
        String[] all = new String[headers.length + 1];
        System.arraycopy(headers, 0, all, 0, headers.length);
        all[headers.length] = YAML;
        return api.change("PUT", ORDER, body, all);
    }

    private int inForce() {
        return api.rules.rules().of(VirtualService.class).size();
    }

    @Test
    void aRuleIsPutReadReplacedAndDeleted() {
        Answer created = put(rule("order", "order"));
        assertEquals(201, created.status(), created.body());
        assertEquals("created", created.json().get("action").asText());
        assertEquals(
                "order.default.svc.cluster.local",
                created.json().get("hosts").get(0).get("host").asText());
        assertEquals(1, inForce());

        JsonNode read = api.get(ORDER).json();
        assertEquals("api", read.get("source").asText());
        assertEquals("ok", read.get("state").asText());
        assertTrue(read.get("text").asText().startsWith("apiVersion: networking.istio.io/v1\n"), read.toString());
        Answer text = api.get(ORDER, "Accept: application/yaml");
        assertEquals(read.get("text").asText(), text.body());
        assertEquals(created.etag(), text.etag());

        assertEquals(
                "unchanged", put(rule("order", "order")).json().get("action").asText());
        Answer replaced = put(rule("order", "order-v2"));
        assertEquals(200, replaced.status());
        assertEquals("replaced", replaced.json().get("action").asText());

        Answer deleted = api.change("DELETE", ORDER, null);
        assertEquals("deleted", deleted.json().get("action").asText());
        assertEquals(0, inForce());
        assertEquals(404, api.get(ORDER).status());
        assertEquals(404, api.change("DELETE", ORDER, null).status());
    }

    @Test
    void jsonIsTakenToo() {
        Answer answer = api.change("PUT", ORDER, """
                {"apiVersion":"networking.istio.io/v1","kind":"VirtualService","metadata":{"name":"order"},
                 "spec":{"hosts":["order"],"http":[{"route":[{"destination":{"host":"order"}}]}]}}""");
        assertEquals(201, answer.status(), answer.body());
        assertEquals(1, inForce());
    }

    @Test
    void aTrialSaysWhatWouldChangeAndChangesNothing() {
        Answer trial = api.change("PUT", ORDER + "?dryRun=true", rule("order", "order, subset: v9"), YAML);
        assertEquals(200, trial.status(), trial.body());
        assertTrue(trial.json().get("dryRun").asBoolean());
        assertEquals("created", trial.json().get("action").asText());
        assertEquals(
                "routes", trial.json().get("hosts").get(0).get("parts").get(0).asText());
        JsonNode warning = trial.json().get("warnings").get(0);
        assertEquals(9, warning.get("line").asInt());
        assertTrue(warning.get("reason").asText().contains("subset 'v9'"), trial.body());
        assertEquals(0, inForce());
        assertEquals(404, api.get(ORDER).status());

        put(rule("order", "order, subset: v9"));
        Answer end = api.change("DELETE", ORDER + "?dryRun=true", null);
        assertEquals(1, end.json().get("resolved").size());
        assertEquals(1, inForce());
    }

    @Test
    void aHostThatNobodyHasIsWarnedOfOnceEverybodyHadTheTimeToCome() {
        api.agent("order", "10.0.0.9", "order:80");
        Answer early = api.change("PUT", ORDER + "?dryRun=true", rule("order", "odrer"), YAML);
        assertEquals("[]", early.json().get("warnings").toString());
        api.queue.pass(Graces.DEFAULT.restored());

        JsonNode warning = put(rule("order", "odrer")).json().get("warnings").get(0);
        assertEquals("host", warning.get("field").asText());
        assertEquals(9, warning.get("line").asInt());
        assertEquals(
                "there is no service odrer.default.svc.cluster.local; did you mean 'order'?",
                warning.get("reason").asText());
        assertEquals(warning, api.get("/api/v1/rules").json().get("warnings").get(0));
        assertTrue(api.get("/metrics").body().contains("weft_control_rule_warnings 1\n"));

        Answer trial = api.change("PUT", ORDER + "?dryRun=true", rule("order", "order"), YAML);
        assertEquals("[]", trial.json().get("warnings").toString());
        assertEquals(warning, trial.json().get("resolved").get(0));
        api.agent("odrer", "10.0.0.8", "odrer:80");
        assertEquals("[]", api.get("/api/v1/rules").json().get("warnings").toString());
    }

    @Test
    void aLineThatMovesIsTreatedAsBefore() {
        String twice = rule("order", "order, subset: v9") + "    - route:\n        - destination: {host: order}\n";
        put(twice);
        Answer moved = api.change("PUT", ORDER + "?dryRun=true", twice.replace("spec:", "# moved\nspec:"), YAML);
        assertEquals("replaced", moved.json().get("action").asText());
        assertEquals("[]", moved.json().get("hosts").toString());
        assertEquals("[]", moved.json().get("warnings").toString());
        assertEquals("[]", moved.json().get("resolved").toString());

        Answer more = api.change(
                "PUT", ORDER + "?dryRun=true", twice.replace("host: order}", "host: order, subset: v9}"), YAML);
        assertEquals(1, more.json().get("warnings").size(), "another one in the same words");
    }

    @Test
    void aHostIsNotTreatedDifferentlyBecauseCallsToAnotherComeToIt() {
        Answer created = put(rule("order", "cart"));
        assertEquals(1, created.json().get("hosts").size(), created.body());
    }

    @Test
    void aRefusedRuleIsAnsweredWithLineFieldAndReason() {
        put(rule("order", "order"));
        Answer refused = put(rule("order", "order").replace("- route:", "- rout:"));
        assertEquals(422, refused.status());
        assertEquals("application/problem+json", refused.headers().get("content-type"));
        JsonNode errors = refused.json().get("errors");
        assertEquals(
                8,
                errors.get(0).get("line").asInt() + errors.get(0).get("column").asInt() - 7,
                refused.body());
        assertTrue(refused.body().contains("\"field\":\"spec.http[0].rout\""), refused.body());
        assertTrue(refused.body().contains("did you mean 'route'?"), refused.body());
        assertEquals(1, inForce(), "what was in force stays");
    }

    @Test
    void aRuleThatSaysItIsAnotherOneIsRefused() {
        Answer refused = put(rule("other", "order"));
        assertEquals(422, refused.status());
        assertTrue(refused.body().contains("metadata.name"), refused.body());
        assertEquals(
                422,
                put(rule("order", "order") + "---\n" + rule("more", "order")).status());
        assertEquals(422, put("").status());
    }

    @Test
    void whoInsistsOnAVersionGetsThatOrNothing() {
        String first = put(rule("order", "order"), "If-None-Match: *").etag();
        assertEquals(412, put(rule("order", "x"), "If-None-Match: *").status());
        String second = put(rule("order", "x"), "If-Match: " + first).etag();
        assertEquals(412, put(rule("order", "y"), "If-Match: " + first).status());
        assertEquals(
                412, api.change("DELETE", ORDER, null, "If-Match: " + first).status());
        assertEquals(
                200, api.change("DELETE", ORDER, null, "If-Match: " + second).status());
        assertEquals(412, put(rule("order", "y"), "If-Match: " + second).status());
    }

    @Test
    void whatTheOperatorHasWrittenDownIsNotTouchedAndWins() throws IOException {
        Path file = config.resolve("order.yaml");
        Files.writeString(file, rule("order", "of-the-operator"));
        api.rules.scan(Set.of(file));
        Answer answer = put(rule("order", "of-the-api"));
        assertEquals(409, answer.status());
        assertTrue(answer.json().get("detail").asText().contains("order.yaml:2"), answer.body());
        assertEquals(409, api.change("DELETE", ORDER, null).status());

        Files.delete(file);
        api.rules.scan(Set.of());
        assertEquals(201, put(rule("order", "of-the-api")).status());
        Files.writeString(file, rule("order", "of-the-operator"));
        api.rules.scan(Set.of(file));
        assertEquals(1, inForce());
        assertEquals("file", api.get(ORDER).json().get("source").asText());
        JsonNode items = api.get("/api/v1/rules").json().get("items");
        assertEquals("refused", items.get(1).get("state").asText());
        assertTrue(items.get(1).get("errors").toString().contains("already defined in order.yaml"), items.toString());
        assertEquals(200, api.change("DELETE", ORDER, null).status(), "one that is hidden can be taken away");
        assertEquals(1, inForce());
        assertEquals(rule("order", "of-the-operator"), Files.readString(file));
    }

    @Test
    void rulesOfTheApiOutliveTheProcess() throws IOException {
        put(rule("order", "order"));
        String etag = api.get(ORDER).etag();
        api.close();
        api = new Api(config, temp.resolve("state"));
        assertEquals(1, inForce());
        assertEquals(etag, api.get(ORDER).etag());
        api.change("DELETE", ORDER, null);
        api.close();
        api = new Api(config, temp.resolve("state"));
        assertEquals(0, inForce());
        try (var files = Files.list(config)) {
            assertFalse(files.findAny().isPresent(), "nothing is written into the operator's directory");
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aKeptRuleThatCantBeReadCostsNoOther() throws IOException {
        put(rule("order", "order"));
        api.close();
        Path before = temp.resolve("state/rules/VirtualService/default/a.yaml");
        Files.createSymbolicLink(before, Path.of("/proc/self/mem")); // a file whose first byte nobody can read
        api = new Api(config, temp.resolve("state"));
        assertEquals(1, inForce());
        assertTrue(api.log.text().contains(before + " can't be read and is left out"), api.log.text());
    }

    @Test
    void aNameAsLongAsAFileMayBeNamedIsKept() {
        String longest = "a".repeat(250);
        String path = "/api/v1/rules/VirtualService/default/";
        assertEquals(
                201,
                api.change("PUT", path + longest, rule(longest, "order"), YAML).status());
        assertEquals(1, inForce());
        assertEquals(
                400,
                api.change("PUT", path + longest + "a", rule(longest + "a", "order"), YAML)
                        .status());
    }

    @Test
    void withoutAPlaceToKeepThemRulesAreRefused() throws IOException {
        api.close();
        api = new Api(config, null);
        Answer answer = put(rule("order", "order"));
        assertEquals(409, answer.status());
        assertTrue(answer.body().contains("there is no state directory"), answer.body());
    }

    @Test
    void aRuleThatCantBeWrittenDownChangesNothing() throws IOException {
        Files.createDirectories(temp.resolve("state"));
        Files.writeString(temp.resolve("state/rules"), "a file where a directory should be");
        Answer answer = put(rule("order", "order"));
        assertEquals(500, answer.status());
        assertEquals(0, inForce());
    }

    @Test
    void aTypeThatIsNotThatOfARuleIsRefused() {
        assertEquals(
                415,
                api.change("PUT", ORDER, rule("order", "order"), "Content-Type: text/html")
                        .status());
    }
}
