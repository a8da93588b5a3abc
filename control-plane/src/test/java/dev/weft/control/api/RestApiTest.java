package dev.weft.control.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.control.api.Api.Answer;
import dev.weft.control.registry.Lease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Services and instances over the REST API, spoken to byte by byte. */
class RestApiTest {
    private static final String MAIL = "/api/v1/instances/default/mail/10.0.0.1:25";

    @TempDir
    Path temp;

    private Api api;

    @BeforeEach
    void start() throws IOException {
        api = new Api(Files.createDirectory(temp.resolve("rules")), temp.resolve("state"));
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void instancesAreShownWithEverythingThatIsKnown() {
        api.agent("order", "10.0.0.1", "order:8080/http?version=v1");
        JsonNode instance = api.get("/api/v1/instances").json().get("items").get(0);
        assertEquals("order", instance.get("service").asText());
        assertEquals("default", instance.get("namespace").asText());
        assertEquals("order.default.svc.cluster.local", instance.get("host").asText());
        assertEquals("10.0.0.1", instance.get("address").asText());
        assertEquals(8080, instance.get("port").asInt());
        assertEquals("http", instance.get("protocol").asText());
        assertEquals("v1", instance.get("version").asText());
        assertEquals("o", instance.get("labels").get("app").asText());
        assertEquals("eu", instance.get("region").asText());
        assertEquals("eu-1", instance.get("zone").asText());
        assertEquals(1, instance.get("weight").asInt());
        assertEquals("UP", instance.get("state").asText());
        assertEquals("agent", instance.get("source").asText());
        assertTrue(instance.get("connectedSince").asText().endsWith("Z"));

        JsonNode service = api.get("/api/v1/services/default/order").json();
        assertEquals(1, service.get("instances").asInt());
        assertEquals(1, service.get("up").asInt());
        assertEquals(8080, service.get("ports").get(0).asInt());
        assertEquals("v1", service.get("versions").get(0).asText());
        assertEquals("order", service.get("aliases").get(0).asText());
    }

    @Test
    void aWorkloadWithoutAnAgentRegistersRenewsAndGoes() {
        Answer registered = api.change("PUT", MAIL, """
                {"protocol":"smtp","version":"v2","labels":{"rack":"7"},"region":"eu","zone":"eu-2",
                 "weight":3,"state":"STARTING","ttl":"20s"}""");
        assertEquals(201, registered.status(), registered.body());
        assertEquals(MAIL, registered.headers().get("location"));
        JsonNode shown = api.get(MAIL).json();
        assertEquals("v2", shown.get("version").asText());
        assertEquals("7", shown.get("labels").get("rack").asText());
        assertEquals("eu-2", shown.get("zone").asText());
        assertEquals(3, shown.get("weight").asInt());
        assertEquals("STARTING", shown.get("state").asText());
        assertEquals("api", shown.get("source").asText());
        assertEquals("20s", shown.get("lease").get("ttl").asText());

        api.queue.pass(Duration.ofSeconds(15));
        assertEquals("5s", api.get(MAIL).json().get("lease").get("left").asText());
        Answer renewed = api.change("POST", MAIL + "/renew", "{\"state\":\"UP\"}");
        assertEquals("UP", renewed.json().get("state").asText());
        assertEquals("20s", renewed.json().get("lease").get("left").asText());
        assertEquals(200, api.change("POST", MAIL + "/renew", null).status());

        api.queue.pass(Duration.ofSeconds(20));
        assertEquals(404, api.get(MAIL).status());
        assertEquals(404, api.change("POST", MAIL + "/renew", null).status());

        assertEquals(201, api.change("PUT", MAIL, "{}").status());
        assertEquals(200, api.change("PUT", MAIL, "{\"weight\":2}").status());
        assertEquals(204, api.change("DELETE", MAIL, null).status());
        assertEquals(404, api.change("DELETE", MAIL, null).status());
    }

    @Test
    void anAddressHasOneSpelling() {
        String place = "/api/v1/instances/default/mail/";
        assertEquals(201, api.change("PUT", place + "[FD00:0::7]:25", "{}").status());
        assertEquals(
                "fd00::7",
                api.get(place + "%5Bfd00::7%5D:25").json().get("address").asText());
    }

    @ParameterizedTest
    @ValueSource(strings = {"mail:25", "10.0.0.1", "10.0.0.1:", "10.0.0.1:x", ":25", "fd00::7:25", "[10.0.0.1]:25"})
    void whatIsNoAddressWithAPortIsRefused(String endpoint) {
        Answer answer = api.change("PUT", "/api/v1/instances/default/mail/" + endpoint, "{}");
        assertEquals(400, answer.status(), answer.body());
        assertTrue(answer.json().get("detail").asText().contains("is not ADDRESS:PORT"), answer.body());
    }

    @Test
    void everythingThatIsWrongInABodyIsNamedAtOnce() {
        Answer answer = api.change("PUT", "/api/v1/instances/default/mail/0.0.0.0:0", """
                {"wieght":1,"weight":0,"ttl":"1s","labels":{"a":1},"state":"GOOD","zone":7,"region":null}""");
        assertEquals(422, answer.status(), answer.body());
        List<String> fields = new ArrayList<>();
        answer.json()
                .get("errors")
                .forEach(error -> fields.add(error.get("field").asText()));
        assertEquals(
                List.of("state", "labels.a", "zone", "address", "port", "weight", "ttl", "wieght"),
                fields,
                answer.body());
        assertEquals("application/problem+json", answer.headers().get("content-type"));
        assertEquals(0, api.get("/api/v1/instances").json().get("items").size());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"{ | 400", "[] | 400", "'' | 400", "{} {} | 400", "{\"a\":1,\"a\":1} | 400", "{\"a\":1} | 422"})
    void aBodyThatIsNotTheJsonOfARegistrationIsRefused(String body, int status) {
        assertEquals(status, api.change("PUT", MAIL, body).status());
    }

    @Test
    void aCheckByGrpcNamesAServiceOrTheWholeServer() {
        Answer checked = api.change("PUT", MAIL, "{\"check\":{\"grpc\":\"shop.Order\"}}");
        assertEquals(201, checked.status(), checked.body());
        JsonNode check = checked.json().get("check");
        assertEquals("shop.Order", check.get("grpc").asText());
        assertEquals("", check.get("http").asText());
        assertFalse(check.get("tcp").asBoolean());
        checked = api.change("PUT", MAIL, "{\"check\":{\"grpc\":\"\"}}");
        assertEquals(200, checked.status(), checked.body());
        assertEquals("", checked.json().get("check").get("grpc").asText());
        Answer both = api.change("PUT", MAIL, "{\"check\":{\"grpc\":\"a b\",\"tcp\":true}}");
        assertEquals(422, both.status());
        assertTrue(both.body().contains("one of an http path, tcp, and the name of a grpc service"), both.body());
        assertTrue(both.body().contains("check.grpc"), both.body());
    }

    @Test
    void whoIsCheckedHasNoSayInItsState() {
        Answer checked = api.change("PUT", MAIL, "{\"check\":{\"tcp\":true,\"interval\":\"5s\"}}");
        assertEquals(201, checked.status(), checked.body());
        assertEquals("STARTING", checked.json().get("state").asText());
        assertEquals("5s", checked.json().get("check").get("interval").asText());
        Answer wrong = api.change("PUT", MAIL, """
                {"state":"UP","ttl":"10s","check":
                 {"http":"no path","tcp":true,"interval":"6s","timeout":"7s","healthy":0,"x":1}}""");
        assertEquals(422, wrong.status());
        List<String> fields = new ArrayList<>();
        wrong.json()
                .get("errors")
                .forEach(error -> fields.add(error.get("field").asText()));
        assertEquals(
                List.of("check.http", "check.x", "state", "check.http", "check.timeout", "check.healthy", "ttl"),
                fields,
                wrong.body());
    }

    @Test
    void anOperatorsWordIsAMergePatch() {
        api.agent("order", "10.0.0.1", "order:8080?version=v1");
        String order = "/api/v1/instances/default/order/10.0.0.1:8080";
        JsonNode drained = api.change("PATCH", order, "{\"state\":\"DRAINING\",\"weight\":7,\"labels\":{\"a\":\"b\"}}")
                .json();
        assertEquals("DRAINING", drained.get("state").asText());
        assertEquals("UP", drained.get("reported").asText());
        assertEquals(7, drained.get("weight").asInt());
        assertEquals("b", drained.get("labels").get("a").asText());
        assertEquals("v1", drained.get("labels").get("version").asText());

        JsonNode lifted = api.change("PATCH", order, "{\"state\":null,\"labels\":{\"a\":null,\"c\":\"d\"}}")
                .json();
        assertEquals("UP", lifted.get("state").asText());
        assertEquals(7, lifted.get("weight").asInt());
        assertFalse(lifted.get("labels").has("a"));
        assertEquals("d", lifted.get("operator").get("labels").get("c").asText());

        JsonNode silent =
                api.change("PATCH", order, "{\"weight\":null,\"labels\":null}").json();
        assertFalse(silent.has("operator"));
        assertEquals(1, silent.get("weight").asInt());

        assertEquals(422, api.change("PATCH", order, "{\"state\":\"UP\"}").status());
        assertEquals(422, api.change("PATCH", order, "{\"weight\":0}").status());
    }

    @Test
    void whatAnAgentKeepsOnlyItCanRegisterAndTakeAway() {
        Lease lease = api.agent("order", "10.0.0.1", "order:8080");
        String order = "/api/v1/instances/default/order/10.0.0.1:8080";
        assertEquals(409, api.change("PUT", order, "{}").status());
        assertEquals(409, api.change("POST", order + "/renew", null).status());
        Answer deleted = api.change("DELETE", order, null);
        assertEquals(409, deleted.status());
        assertTrue(deleted.json().get("detail").asText().contains("drain it instead"), deleted.body());
        api.queue.get(() -> {
            lease.close();
            return true;
        });
        assertEquals(204, api.change("DELETE", order, null).status(), "its stream is lost: nobody keeps it");
    }

    @Test
    void whoInsistsOnAVersionGetsThatOrNothing() {
        String first = api.change("PUT", MAIL, "{}", "If-None-Match: *").etag();
        assertEquals(412, api.change("PUT", MAIL, "{}", "If-None-Match: *").status());
        assertEquals(first, api.get(MAIL).etag());
        api.queue.pass(Duration.ofSeconds(1));
        assertEquals(first, api.change("POST", MAIL + "/renew", null).etag(), "a renewal is no change");
        String second = api.change("PATCH", MAIL, "{\"weight\":2}", "If-Match: " + first)
                .etag();
        assertEquals(
                412,
                api.change("PATCH", MAIL, "{\"weight\":3}", "If-Match: " + first)
                        .status());
        assertEquals(412, api.change("DELETE", MAIL, null, "If-Match: " + first).status());
        assertEquals(
                400, api.change("DELETE", MAIL, null, "If-Match: W/" + first).status());
        assertEquals(
                204, api.change("DELETE", MAIL, null, "If-Match: " + second).status());
    }

    @Test
    void aListIsReadPageByPageWhateverComesAndGoesMeanwhile() {
        for (int i = 1; i <= 5; i++) {
            api.change("PUT", "/api/v1/instances/default/mail/10.0.0." + i + ":25", "{}");
        }
        Answer first = api.get("/api/v1/instances?limit=2");
        assertEquals(List.of("10.0.0.1", "10.0.0.2"), addresses(first));
        api.change("DELETE", "/api/v1/instances/default/mail/10.0.0.2:25", null);
        String next = first.json().get("continue").asText();
        Answer second = api.get("/api/v1/instances?limit=2&continue=" + next);
        assertEquals(List.of("10.0.0.3", "10.0.0.4"), addresses(second));
        Answer last = api.get("/api/v1/instances?limit=2&continue="
                + second.json().get("continue").asText());
        assertEquals(List.of("10.0.0.5"), addresses(last));
        assertFalse(last.json().has("continue"));
    }

    @Test
    void pagesGoOnFromServiceToService() {
        List<String> all =
                List.of("a/10.0.0.1:80", "a/10.0.0.1:8080", "a/10.0.0.2:80", "a-b/10.0.0.1:80", "ab/10.0.0.1:80");
        all.forEach(instance -> api.change("PUT", "/api/v1/instances/default/" + instance, "{}"));
        List<String> got = new ArrayList<>();
        String next = "";
        do {
            JsonNode page = api.get("/api/v1/instances?limit=1" + next).json();
            JsonNode item = page.get("items").get(0);
            got.add(item.get("service").asText() + "/" + item.get("address").asText() + ":"
                    + item.get("port").asInt());
            next = page.has("continue") ? "&continue=" + page.get("continue").asText() : "";
        } while (!next.isEmpty());
        assertEquals(
                List.of("a-b/10.0.0.1:80", "a/10.0.0.1:80", "a/10.0.0.1:8080", "a/10.0.0.2:80", "ab/10.0.0.1:80"), got);
    }

    private static List<String> addresses(Answer answer) {
        List<String> addresses = new ArrayList<>();
        answer.json()
                .get("items")
                .forEach(item -> addresses.add(item.get("address").asText()));
        return addresses;
    }

    @Test
    void listsCanBeNarrowed() {
        api.change("PUT", MAIL, "{\"state\":\"DOWN\"}");
        api.change("PUT", "/api/v1/instances/shop/mail/10.0.0.2:25", "{}");
        api.change("PUT", "/api/v1/instances/shop/cart/10.0.0.3:25", "{}");
        assertEquals(List.of("10.0.0.3", "10.0.0.2"), addresses(api.get("/api/v1/instances?namespace=shop")));
        assertEquals(List.of("10.0.0.1", "10.0.0.2"), addresses(api.get("/api/v1/instances?service=mail")));
        assertEquals(List.of("10.0.0.1"), addresses(api.get("/api/v1/instances?state=DOWN")));
        assertEquals(
                2,
                api.get("/api/v1/services?namespace=shop").json().get("items").size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "limit=0",
                "limit=1001",
                "limit=x",
                "limit=-1",
                "continue=*",
                "watch=maybe",
                "state=GOOD",
                "nonsense=1",
                "limit=1&limit=2",
                "limit=%zz",
                "a=%00"
            })
    void aParameterThatMakesNoSenseIsRefused(String query) {
        Answer answer = api.get("/api/v1/instances?" + query);
        assertEquals(400, answer.status(), answer.body());
        assertEquals(400, answer.json().get("status").asInt());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/api/v1/services", "/api/v1/instances", "/api/v1/clients", "/api/v1/loads", "/api/v1/rules"})
    void everyListIsAnObjectWithItems(String path) {
        Answer answer = api.get(path);
        assertEquals(200, answer.status());
        assertEquals("application/json", answer.headers().get("content-type"));
        assertTrue(answer.json().get("items").isArray());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/api/v1/services/", "/api/v1/nothing", "/api/v1/services/a/b/c", "//api/v1/services"})
    void whatDoesNotExistIsAProblem(String path) {
        Answer answer = api.get(path);
        assertEquals(404, answer.status());
        assertEquals("application/problem+json", answer.headers().get("content-type"));
        assertEquals(404, answer.json().get("status").asInt());
        assertEquals("Not Found", answer.json().get("title").asText());
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "DELETE", "PUT", "BREW"})
    void whatCantBeDoneSomewhereIsSaidWithWhatCan(String method) {
        Answer answer = api.ask(method, "/api/v1/services", null);
        assertEquals(405, answer.status());
        assertEquals("GET, HEAD", answer.headers().get("allow"));
        assertEquals(405, answer.json().get("status").asInt());
    }

    @Test
    void headIsGetWithoutTheBody() {
        Answer answer = api.ask("HEAD", "/ready", null);
        assertEquals(200, answer.status());
        assertEquals("", answer.body());
        assertEquals("14", answer.headers().get("content-length"));
    }
}
