package dev.weft.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URLEncoder;
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

    @BeforeAll
    static void start() throws Exception {
        fleet = new Fleet(folder);
        ControlPlane controlPlane = fleet.controlPlane();
        fleet.server("shop", "one");
        fleet.up(controlPlane, "shop", 1);
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

        String seen = Web.get(url + "/call?url=" + URLEncoder.encode("http://shop/headers", StandardCharsets.UTF_8))
                .body();
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
        assertEquals(0, admin.json("/traces/" + trace).path("spans").size());
        assertTrue(admin.log().contains("racer"), admin::toString);
    }
}
