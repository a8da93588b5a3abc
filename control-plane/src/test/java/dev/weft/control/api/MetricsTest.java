package dev.weft.control.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the control plane says of itself. */
class MetricsTest {
    private static final Pattern LINE =
            Pattern.compile("([a-z_]+)(\\{[a-z]+=\"[^\"\\\\]*\"\\})? (-?[0-9.]+(E-?[0-9]+)?)");

    @TempDir
    Path temp;

    @Test
    void everyLineIsOnePrometheusReadsAndNoSeriesStandsThereTwice() throws IOException {
        Path config = Files.createDirectory(temp.resolve("rules"));
        Files.writeString(config.resolve("a.yaml"), """
                apiVersion: networking.istio.io/v1
                kind: DestinationRule
                metadata: {name: order}
                spec: {host: order}
                """);
        Files.writeString(config.resolve("b.yaml"), "nonsense: 1\n");
        try (Api api = new Api(config, temp.resolve("state"))) {
            api.agent("order", "10.0.0.9", "order:80");
            Api.Answer answer = api.get("/metrics");
            assertEquals(
                    "text/plain; version=0.0.4; charset=utf-8", answer.headers().get("content-type"));
            Set<String> series = new HashSet<>();
            String type = "";
            for (String line : answer.body().split("\n", -1)) {
                if (line.startsWith("# TYPE ")) {
                    type = line.split(" ", -1)[2];
                } else if (!line.isEmpty() && !line.startsWith("#")) {
                    var parts = LINE.matcher(line);
                    assertTrue(parts.matches() && parts.group(1).startsWith(type), line + " of " + type);
                    assertTrue(series.add(parts.group(1) + parts.group(2)), line);
                }
            }
            assertTrue(answer.body().contains("weft_control_instances{state=\"UP\"} 1\n"), answer.body());
            assertTrue(answer.body().contains("weft_control_rules{kind=\"DestinationRule\"} 1\n"), answer.body());
            assertTrue(answer.body().contains("weft_control_rules_refused 1\n"), answer.body());
            assertTrue(answer.body().contains("weft_control_push_latency_seconds_count 0\n"), answer.body());
        }
    }

    @Test
    void itIsReadyAndWellWhenTheThreadThatOwnsAllStateAnswers() throws IOException {
        try (Api api = new Api(Files.createDirectory(temp.resolve("rules")), temp.resolve("state"))) {
            assertEquals("{\"ready\":true}", api.get("/ready").body());
            assertEquals("{\"healthy\":true}", api.get("/healthz").body());
        }
    }
}
