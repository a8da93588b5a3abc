package dev.weft.control.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.control.api.Api.Answer;
import dev.weft.control.rule.RuleParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The description of the API and the running server say the same. */
class OpenApiTest {
    private static final String ONE = "/api/v1/instances/{namespace}/{service}/{endpoint}";
    private static final String RULE = "/api/v1/rules/{kind}/{namespace}/{name}";
    private static final String MAIL = "/api/v1/instances/default/mail/10.0.0.1:25";
    private static final String AGENTS = "/api/v1/instances/default/order/10.0.0.9:80";
    private static final String ORDER = "/api/v1/rules/DestinationRule/default/order";
    private static final String OPERATORS = "/api/v1/rules/DestinationRule/default/operators";
    private static final String YAML = "Content-Type: application/yaml";
    private static final String STALE = "If-Match: \"0\"";
    private static final String FOREIGN = "Origin: http://example.com";
    private static final String LARGE = "x".repeat(1024 * 1024 + 1);

    @TempDir
    Path temp;

    private Api api;
    private JsonNode document;
    private final Set<String> provoked = new TreeSet<>();

    @BeforeEach
    void start() throws IOException {
        Path config = Files.createDirectory(temp.resolve("rules"));
        Files.writeString(config.resolve("operators.yaml"), rule("operators"));
        api = new Api(config, temp.resolve("state"));
        document = api.get("/api/v1/openapi.json").json();
        api.agent("order", "10.0.0.9", "order:80");
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private static String rule(String name) {
        return """
                apiVersion: networking.istio.io/v1
                kind: DestinationRule
                metadata: {name: %s}
                spec: {host: %s, subsets: [{name: v1, labels: {version: v1}}]}
                """.formatted(name, name);
    }

    @Test
    void whatIsDescribedIsWhatThereIs() {
        Set<String> described = new TreeSet<>();
        document.get("paths")
                .properties()
                .forEach(path -> path.getValue().fieldNames().forEachRemaining(method -> {
                    if (!method.equals("parameters")) {
                        described.add(method + " " + path.getKey());
                    }
                }));
        Set<String> existing = new TreeSet<>();
        api.rest
                .operations()
                .forEach(operation -> existing.add(
                        operation.method().toLowerCase(java.util.Locale.ROOT) + " " + operation.template()));
        assertEquals(existing, described);
    }

    @Test
    void everyKindOfRuleIsDescribed() {
        List<String> kinds = new ArrayList<>();
        JsonNode kind = document.get("paths").get(RULE).get("parameters").get(0);
        assertEquals("kind", kind.get("name").asText());
        assertEquals("#/components/schemas/Kind", kind.get("schema").get("$ref").asText());
        document.get("components").get("schemas").get("Kind").get("enum").forEach(one -> kinds.add(one.asText()));
        assertEquals(RuleParser.KINDS, kinds);
    }

    @Test
    void everyParameterOfAQueryIsDescribed() {
        for (Operation operation : api.rest.operations()) {
            Set<String> described = new TreeSet<>();
            for (JsonNode parameter :
                    operation(operation.method(), operation.template()).path("parameters")) {
                JsonNode resolved = resolve(parameter);
                if (resolved.get("in").asText().equals("query")) {
                    described.add(resolved.get("name").asText());
                }
            }
            assertEquals(new TreeSet<>(operation.parameters()), described, operation.template());
        }
    }

    @Test
    void eachOperationSaysWhetherItTakesTheToken() {
        for (Operation operation : api.rest.operations()) {
            String said = operation(operation.method(), operation.template())
                    .path("security")
                    .toString();
            boolean isOpen = operation.reader() != Operation.Reader.PEOPLE;
            String needed = operation.isChange() ? "[{\"token\":[]}]" : isOpen ? "" : "[{},{\"token\":[]}]";
            assertEquals(needed, said, operation.template());
        }
    }

    @Test
    void everyStatusThatIsDescribedCanBeProvokedAndEachAnswerHasItsForm() {
        get("/ready", 200, "/ready");
        get("/healthz", 200, "/healthz");
        get("/metrics", 200, "/metrics");
        get("/api/v1/openapi.json", 200, "/api/v1/openapi.json");
        for (String list : List.of("services", "instances", "clients", "loads", "pauses", "rules")) {
            get("/api/v1/" + list, 200, "/api/v1/" + list);
            get("/api/v1/" + list, 400, "/api/v1/" + list + "?limit=0");
        }
        get("/api/v1/services/{namespace}/{service}", 200, "/api/v1/services/default/order");
        get("/api/v1/services/{namespace}/{service}", 404, "/api/v1/services/default/nobody");
        register();
        operate();
        renew();
        deregister();
        rules();
        versions();
        pauses();
        whileTheStoreIsAway();
        assertEquals(described(), provoked);
    }

    private void pauses() {
        String template = "/api/v1/pauses/{namespace}/{service}";
        String order = "/api/v1/pauses/default/order";
        change("PUT", template, 201, order, "{\"reason\":\"it hangs\"}");
        change("PUT", template, 200, order, null);
        change("PUT", template, 201, "/api/v1/pauses/*/*", "{}");
        get("/api/v1/pauses", 200, "/api/v1/pauses");
        change("PUT", template, 400, "/api/v1/pauses/*/order", "{}");
        change("PUT", template, 403, order, "{}", FOREIGN);
        change("PUT", template, 415, order, "{}", "Content-Type: text/plain");
        change("PUT", template, 422, order, "{\"reason\":1}");
        check("PUT", template, 401, api.ask("PUT", order, "{}"));
        api.away = "the store is away";
        change("PUT", template, 503, order, "{}");
        change("DELETE", template, 503, order, null);
        api.away = null;
        change("DELETE", template, 403, order, null, FOREIGN);
        check("DELETE", template, 401, api.ask("DELETE", order, null));
        change("DELETE", template, 204, order, null);
        change("DELETE", template, 404, order, null);
    }

    private void whileTheStoreIsAway() {
        String rollback = "/api/v1/rules/rollback";
        change("PUT", ONE, 201, MAIL, "{}");
        change("PUT", RULE, 201, ORDER, rule("order"), YAML);
        api.away = "the store is away";
        change("PUT", ONE, 503, MAIL, "{}");
        change("PATCH", ONE, 503, MAIL, "{\"state\":\"DOWN\"}");
        change("DELETE", ONE, 503, MAIL, null);
        change("POST", ONE + "/renew", 200, MAIL + "/renew", null);
        change("PUT", RULE, 503, ORDER, rule("order") + "# other", YAML);
        change("DELETE", RULE, 503, ORDER, null);
        change("POST", rollback, 503, rollback + "?to=1", null);
        api.away = null;
        change("POST", rollback, 200, rollback + "?to=1", null);
        api.away = "the store is away";
        change("DELETE", rollback, 503, rollback, null);
        api.away = null;
        change("DELETE", rollback, 200, rollback, null);
    }

    private void versions() {
        String history = "/api/v1/rules/history";
        String rollback = "/api/v1/rules/rollback";
        get(history, 200, history);
        get(history, 400, history + "?limit=0");
        check("POST", rollback, 401, api.ask("POST", rollback, null));
        change("POST", rollback, 400, rollback + "?to=0", null);
        change("POST", rollback, 403, rollback, null, FOREIGN);
        change("POST", rollback, 404, rollback + "?to=99", null);
        change("POST", rollback, 200, rollback + "?dryRun=true", null);
        check("DELETE", rollback, 401, api.ask("DELETE", rollback, null));
        change("DELETE", rollback, 400, rollback + "?dryRun=perhaps", null);
        change("DELETE", rollback, 403, rollback, null, FOREIGN);
        change("DELETE", rollback, 409, rollback, null);
        change("POST", rollback, 200, rollback + "?to=1", null);
        change("DELETE", rollback, 200, rollback, null);
    }

    private void register() {
        change("PUT", ONE, 201, MAIL, "{\"version\":\"v1\",\"ttl\":\"10s\"}");
        change("PUT", ONE, 200, MAIL, "{}");
        change("PUT", ONE, 201, MAIL + "0", "{\"check\":{\"http\":\"/health\"}}");
        change("PUT", ONE, 200, MAIL + "0", "{\"check\":{\"grpc\":\"\"}}");
        change("PUT", ONE, 400, MAIL, "{");
        change("PUT", ONE, 409, AGENTS, "{}");
        change("PUT", ONE, 412, MAIL, "{}", STALE);
        change("PUT", ONE, 413, MAIL, LARGE);
        change("PUT", ONE, 415, MAIL, "{}", "Content-Type: text/plain");
        change("PUT", ONE, 422, MAIL, "{\"weight\":0}");
        change("PUT", ONE, 403, MAIL, "{}", FOREIGN);
        check("PUT", ONE, 401, api.ask("PUT", MAIL, "{}"));
        get(ONE, 200, MAIL);
        get(ONE, 400, MAIL + "x");
        get(ONE, 404, MAIL + "1");
    }

    private void operate() {
        change("PATCH", ONE, 200, MAIL, "{\"state\":\"DRAINING\",\"labels\":{\"a\":\"b\"}}");
        change("PATCH", ONE, 400, MAIL, "{");
        change("PATCH", ONE, 403, MAIL, "{}", FOREIGN);
        change("PATCH", ONE, 404, MAIL + "1", "{}");
        change("PATCH", ONE, 412, MAIL, "{}", STALE);
        change("PATCH", ONE, 415, MAIL, "{}", "Content-Type: text/plain");
        change("PATCH", ONE, 422, MAIL, "{\"state\":\"UP\"}");
        check("PATCH", ONE, 401, api.ask("PATCH", MAIL, "{}"));
        get("/api/v1/instances", 200, "/api/v1/instances");
    }

    private void renew() {
        String template = ONE + "/renew";
        change("POST", template, 200, MAIL + "/renew", "{\"state\":\"DOWN\"}");
        change("POST", template, 400, MAIL + "/renew", "{");
        change("POST", template, 403, MAIL + "/renew", null, FOREIGN);
        change("POST", template, 404, MAIL + "1/renew", null);
        change("POST", template, 409, AGENTS + "/renew", null);
        change("POST", template, 415, MAIL + "/renew", "{}", "Content-Type: text/plain");
        change("POST", template, 422, MAIL + "/renew", "{\"state\":\"GOOD\"}");
        check("POST", template, 401, api.ask("POST", MAIL + "/renew", null));
    }

    private void deregister() {
        check("DELETE", ONE, 401, api.ask("DELETE", MAIL, null));
        change("DELETE", ONE, 400, MAIL + "x", null);
        change("DELETE", ONE, 403, MAIL, null, FOREIGN);
        change("DELETE", ONE, 409, AGENTS, null);
        change("DELETE", ONE, 412, MAIL, null, STALE);
        change("DELETE", ONE, 204, MAIL, null);
        change("DELETE", ONE, 404, MAIL, null);
    }

    private void rules() {
        change("PUT", RULE, 200, ORDER + "?dryRun=true", rule("order"), YAML);
        change("PUT", RULE, 201, ORDER, rule("order"), YAML);
        change("PUT", RULE, 400, ORDER + "?dryRun=perhaps", rule("order"), YAML);
        change("PUT", RULE, 403, ORDER, rule("order"), YAML, FOREIGN);
        change("PUT", RULE, 409, OPERATORS, rule("operators"), YAML);
        change("PUT", RULE, 412, ORDER, rule("order"), YAML, STALE);
        change("PUT", RULE, 413, ORDER, LARGE, YAML);
        change("PUT", RULE, 415, ORDER, rule("order"), "Content-Type: text/plain");
        change("PUT", RULE, 422, ORDER, rule("order") + "oops: 1\n", YAML);
        check("PUT", RULE, 401, api.ask("PUT", ORDER, rule("order"), YAML));
        get(RULE, 200, ORDER);
        get(RULE, 400, "/api/v1/rules/Nonsense/default/order");
        get(RULE, 404, ORDER + "1");
        get("/api/v1/rules", 200, "/api/v1/rules");
        change("DELETE", RULE, 400, ORDER, null, "If-Match: x");
        change("DELETE", RULE, 403, ORDER, null, FOREIGN);
        change("DELETE", RULE, 409, OPERATORS, null);
        change("DELETE", RULE, 412, ORDER, null, STALE);
        check("DELETE", RULE, 401, api.ask("DELETE", ORDER, null));
        change("DELETE", RULE, 200, ORDER, null);
        change("DELETE", RULE, 404, ORDER, null);
    }

    private void get(String template, int status, String path) {
        check("GET", template, status, api.get(path));
        boolean isOpen = operation("GET", template).path("security").isMissingNode();
        api.isElsewhere = true;
        check("GET", template, isOpen ? status : 401, api.get(path));
        check("GET", template, status, api.get(path, "Authorization: Bearer " + Api.TOKEN));
        api.isElsewhere = false;
    }

    private void change(String method, String template, int status, String path, String body, String... headers) {
        check(method, template, status, api.change(method, path, body, headers));
    }

    private void check(String method, String template, int status, Answer answer) {
        String what = method + " " + template + " " + status;
        assertEquals(status, answer.status(), what + ": " + answer.body());
        JsonNode response =
                resolve(operation(method, template).path("responses").path(Integer.toString(status)));
        assertTrue(!response.isMissingNode(), what + " is not described");
        provoked.add(what);
        JsonNode content = response.path("content");
        if (content.isMissingNode()) {
            assertEquals("", answer.body(), what);
            return;
        }
        JsonNode described = content.path(answer.headers().get("content-type"));
        assertTrue(!described.isMissingNode(), what + ": " + answer.headers());
        if (answer.headers().get("content-type").startsWith("text/")) {
            assertTrue(!answer.body().isEmpty(), what);
            return;
        }
        List<String> wrong = new ArrayList<>();
        validate(answer.json(), described.get("schema"), "", wrong);
        assertEquals(List.of(), wrong, what + ": " + answer.body());
    }

    private Set<String> described() {
        Set<String> described = new TreeSet<>();
        for (Operation operation : api.rest.operations()) {
            operation(operation.method(), operation.template())
                    .get("responses")
                    .fieldNames()
                    .forEachRemaining(status -> {
                        if (!status.equals("default")) {
                            described.add(operation.method() + " " + operation.template() + " " + status);
                        }
                    });
        }
        return described;
    }

    private JsonNode operation(String method, String template) {
        return document.get("paths").get(template).get(method.toLowerCase(java.util.Locale.ROOT));
    }

    private JsonNode resolve(JsonNode node) {
        return node.has("$ref") ? document.at(node.get("$ref").asText().substring(1)) : node;
    }

    /** As much of JSON Schema as the document uses. */
    private void validate(JsonNode value, JsonNode described, String path, List<String> wrong) {
        JsonNode schema = resolve(described);
        if (schema.has("enum")) {
            boolean isOne = false;
            for (JsonNode word : schema.get("enum")) {
                isOne |= word.equals(value);
            }
            if (!isOne) {
                wrong.add(path + " is none of " + schema.get("enum"));
            }
        }
        if (schema.has("type") && !isOf(schema.get("type"), value)) {
            wrong.add(path + " is not " + schema.get("type"));
        }
        schema.path("required").forEach(name -> {
            if (!value.has(name.asText())) {
                wrong.add(path + "." + name.asText() + " is missing");
            }
        });
        value.properties().forEach(field -> {
            JsonNode property = schema.path("properties").path(field.getKey());
            JsonNode others = schema.path("additionalProperties");
            if (!property.isMissingNode()) {
                validate(field.getValue(), property, path + "." + field.getKey(), wrong);
            } else if (others.isObject()) {
                validate(field.getValue(), others, path + "." + field.getKey(), wrong);
            } else if (others.isBoolean()) {
                wrong.add(path + "." + field.getKey() + " is not described");
            }
        });
        if (value.isArray()) {
            value.forEach(item -> validate(item, schema.path("items"), path + "[]", wrong));
        }
    }

    private static boolean isOf(JsonNode type, JsonNode value) {
        if (type.isArray()) {
            boolean isOne = false;
            for (JsonNode one : type) {
                isOne |= isOf(one, value);
            }
            return isOne;
        }
        return switch (type.asText()) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isTextual();
            case "integer" -> value.isIntegralNumber();
            case "boolean" -> value.isBoolean();
            case "null" -> value.isNull();
            default -> throw new AssertionError("type " + type);
        };
    }
}
