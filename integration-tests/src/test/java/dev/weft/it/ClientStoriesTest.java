package dev.weft.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The stories that every client must tell with the built agent, alone; {@link ClientStoriesBesideTest} has another agent. */
class ClientStoriesTest {
    private static final Pattern TRACEPARENT = Pattern.compile("traceparent: 00-([0-9a-f]{32})-([0-9a-f]{16})-01");

    @TempDir
    static Path folder;

    private static ClientStories stories;
    private static Fleet fleet;
    private static Instance one;
    private static Instance two;
    private static @Nullable Caller oldest;

    @BeforeAll
    static void start() throws Exception {
        stories = new ClientStories(folder);
        fleet = stories.fleet;
        one = stories.one;
        two = stories.two;
    }

    @AfterAll
    static void stop() throws Exception {
        stories.close();
    }

    static List<String> clients() {
        return ClientStories.CLIENTS;
    }

    @ParameterizedTest
    @MethodSource("clients")
    void aNameThatNoDnsKnowsReachesEveryInstance(String client) throws Exception {
        ClientStories.reachesEveryInstance(stories.alone(client));
    }

    /** In one application, which changes its client: what is packed is the same. */
    @ParameterizedTest
    @ValueSource(strings = {"hc4", "hc5", "okhttp", "okhttp-async"})
    void theOldestReleaseThatIsSupportedReachesEveryInstanceToo(String client) throws Exception {
        if (oldest == null) {
            Jvm jvm = new Jvm(folder).agent();
            oldest = fleet.caller(jvm.run("oldest", Libraries.oldestClients(), "sample.Caller", client));
            oldest.knows("http://shop/id");
        }
        oldest.change(client);
        ClientStories.reachesEveryInstance(oldest);
    }

    /** One that all of them know. */
    @Test
    void aKilledInstanceIsLeftForAnotherAlsoForPostWhenTheConnectionIsRefused() throws Exception {
        Map<String, Caller> callers = new LinkedHashMap<>();
        for (String client : ClientStories.CLIENTS) {
            callers.put(client, stories.alone(client));
        }
        stories.leaveAKilledInstanceForAnother("mortal", callers);
    }

    @ParameterizedTest
    @MethodSource("clients")
    void a503IsRetriedForGetAndDeliveredForPostWhichIsSentOnce(String client) throws Exception {
        stories.a503IsRetriedForGetAndDeliveredForPost(stories.alone(client));
    }

    @ParameterizedTest
    @MethodSource("clients")
    void otherHostsAndTheApplicationsOwnProxyAreLeftAlone(String client) throws Exception {
        Caller without = stories.inTurn("without us", client, jvm -> jvm);
        stories.leavesOtherHostsAndTheApplicationsOwnProxyAlone(client, without, stories.alone(client));
    }

    @ParameterizedTest
    @MethodSource("clients")
    void aTraceGoesOnFromTheCallerThroughTheServers(String client) throws Exception {
        Caller caller = stories.alone(client);
        // The servers have to learn the name too, with their first call by it.
        String seen = Until.get("the servers know the shop", () -> {
            Caller.Answer answer = caller.get("http://shop/relay?url=http://shop/headers");
            return answer.status() == 200 ? answer.body() : null;
        });
        Matcher header = TRACEPARENT.matcher(seen);
        assertTrue(header.find(), seen);
        String trace = header.group(1);

        // The caller made one call; a server served that and made one; a server served that.
        List<JsonNode> called = Until.get("the caller's span", () -> spans(trace, 1, caller.admin));
        List<JsonNode> others = Until.get("the servers' spans", () -> spans(trace, 3, one.admin(), two.admin()));
        JsonNode first = called.get(0);
        assertEquals("CLIENT", first.path("kind").asText());
        assertEquals("", first.path("parentSpanId").asText(""));
        JsonNode relay = child(others, first);
        assertEquals("SERVER", relay.path("kind").asText());
        JsonNode onward = child(others, relay);
        assertEquals("CLIENT", onward.path("kind").asText());
        assertEquals(header.group(2), onward.path("spanId").asText());
        assertEquals("SERVER", child(others, onward).path("kind").asText());
    }

    @ParameterizedTest
    @MethodSource("clients")
    void aTraceThatTheApplicationHasBegunIsLeftToItAndGoesOnInTheServer(String client) throws Exception {
        Caller caller = stories.alone(client);
        String trace = UUID.randomUUID().toString().replace("-", "");
        String begun = "00-" + trace + "-00f067aa0ba902b7-01";
        String seen = caller.get("http://shop/headers", "traceparent=" + begun).body();
        assertTrue(seen.contains("traceparent: " + begun + "\n"), seen);
        JsonNode served = Until.get("the server's span", () -> spans(trace, 1, one.admin(), two.admin()))
                .get(0);
        assertEquals("00f067aa0ba902b7", served.path("parentSpanId").asText());
        List<JsonNode> known = Until.get("what became of the call", () -> spans(trace, 1, caller.admin));
        assertEquals(
                "00f067aa0ba902b7",
                known.get(0).path("spanId").asText(),
                "by the application's span, not by one of ours");
    }

    @ParameterizedTest
    @ValueSource(ints = {9, 11})
    void otherTomcatsRegisterAndGoOnWithTheTrace(int tomcat) throws Exception {
        String service = "tomcat" + tomcat;
        Instance instance = fleet.onTomcat(tomcat, service, "cat");
        fleet.up(stories.controlPlane, service, 1);
        String trace = UUID.randomUUID().toString().replace("-", "");
        String begun = "00-" + trace + "-00f067aa0ba902b7-01";
        Caller caller = stories.alone("jdk");
        caller.knows("http://" + service + "/");
        Caller.Answer answer = caller.get("http://" + service + "/", "traceparent=" + begun);
        assertEquals(new Caller.Answer(200, "cat " + begun), answer);
        JsonNode served = Until.get("the server's span", () -> spans(trace, 1, instance.admin()))
                .get(0);
        assertEquals("SERVER", served.path("kind").asText());
        assertEquals("00f067aa0ba902b7", served.path("parentSpanId").asText());
    }

    private static JsonNode child(List<JsonNode> spans, JsonNode parent) {
        String id = parent.path("spanId").asText();
        for (JsonNode span : spans) {
            if (span.path("parentSpanId").asText().equals(id)) {
                return span;
            }
        }
        throw new AssertionError("no child of " + parent + " in " + spans);
    }

    /** Null as long as there are fewer. */
    private static @Nullable List<JsonNode> spans(String trace, int count, Admin... admins) throws Exception {
        List<JsonNode> spans = new ArrayList<>();
        for (Admin admin : admins) {
            admin.json("/traces/" + trace).path("spans").forEach(spans::add);
        }
        return spans.size() < count ? null : spans;
    }
}
