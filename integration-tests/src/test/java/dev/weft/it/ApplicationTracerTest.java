package dev.weft.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Spring Boot 3 that traces itself with Micrometer: each call has one client span, and it is the application's. */
class ApplicationTracerTest {
    private static final String AUTO = "org.springframework.boot.actuate.autoconfigure.tracing.";
    private static final Pattern TRACEPARENT =
            Pattern.compile("(?m)^traceparent: 00-([0-9a-f]{32})-([0-9a-f]{16})-01$");

    @TempDir
    static Path folder;

    private static Fleet fleet;
    private static Instance ill;

    @BeforeAll
    static void start() throws Exception {
        fleet = new Fleet(folder);
        ControlPlane controlPlane = fleet.controlPlane();
        ill = fleet.servers("shop", "one", "two").get(1);
        fleet.up(controlPlane, "shop", 2);
    }

    @AfterAll
    static void stop() {
        fleet.close();
    }

    /** Both bridges are there; what is left out decides. */
    @ParameterizedTest
    @ValueSource(strings = {"BraveAutoConfiguration", "OpenTelemetryTracingAutoConfiguration"})
    void aCallHasOneClientSpanAndItIsTheApplications(String leftOut) throws Exception {
        Running running = fleet.own(new Jvm(folder)
                .agent("address", "127.0.0.1")
                .option("-Dserver.port=0")
                .option("-Dspring.application.name=traced")
                .option("-Dspring.autoconfigure.exclude=" + AUTO + leftOut)
                .option("-Dmanagement.tracing.sampling.probability=1.0")
                .option("-Dmanagement.opentelemetry.tracing.export.schedule-delay=10ms")
                .run("traced-without-" + leftOut, Libraries.springBoot(), "sample.boot.Traced"));
        String url = "http://127.0.0.1:" + running.line("listening ").substring("listening ".length());
        Admin admin = new Admin(fleet, running.pid());

        Until.so(
                "it has joined",
                () -> call(url + "/call", "http://shop/headers").statusCode() == 200);
        for (String call : List.of("/call", "/call-jdk")) {
            assertHasOneClientSpan(url, called(url + call, "http://shop/headers"), 1, admin);
            int retries = admin.sum("retries");
            String retried = "";
            for (int i = 0; admin.sum("retries") == retries; i++) {
                assertTrue(i < 100, "the ill instance is never picked");
                retried = called(url + call, "http://shop/headers?bad=" + ill.id());
            }
            assertHasOneClientSpan(url, retried, 2, admin);
        }
        assertTrue(admin.log().contains("racer"), admin::toString);
    }

    private static HttpResponse<String> call(String by, String url) throws Exception {
        return Web.get(by + "?url=" + URLEncoder.encode(url, StandardCharsets.UTF_8));
    }

    static String called(String by, String url) throws Exception {
        return call(by, url).body();
    }

    /**
     * And we know what became of it, by that span.
     *
     * @param seen headers of the call as they arrived where it was answered
     * @param attempts how often it was sent
     */
    static void assertHasOneClientSpan(String url, String seen, int attempts, Admin admin) throws Exception {
        assertEquals(
                1,
                Stream.of(seen.split("\n"))
                        .filter(line -> line.startsWith("traceparent:"))
                        .count(),
                seen);
        Matcher header = TRACEPARENT.matcher(seen);
        assertTrue(header.find(), seen);
        String trace = header.group(1);
        List<String> spans = Until.get("the application has reported its server span", () -> {
            List<String> reported = Stream.of(Web.get(url + "/spans").body().split("\n"))
                    .filter(line -> line.startsWith(trace))
                    .toList();
            return reported.stream().anyMatch(line -> line.endsWith("SERVER")) ? reported : null;
        });
        assertEquals(
                List.of(trace + " " + header.group(2) + " CLIENT"),
                spans.stream().filter(line -> line.endsWith("CLIENT")).toList());
        JsonNode known = admin.json("/traces/" + trace).path("spans");
        assertEquals(1, known.size());
        assertEquals(header.group(2), known.get(0).path("spanId").asText());
        assertEquals(attempts, known.get(0).path("attempts").size());
    }
}
