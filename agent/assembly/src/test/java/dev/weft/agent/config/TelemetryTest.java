package dev.weft.agent.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.telemetry.export.SpanExporter;
import dev.weft.telemetry.export.Target;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TelemetryTest {
    private static final long SECOND = 1_000_000_000L;

    private static Config arguments(String args) {
        return Config.read(args, new Properties(), Map.of());
    }

    private static Config environment(String... pairs) {
        Map<String, String> environment = new HashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            environment.put(pairs[i], pairs[i + 1]);
        }
        return Config.read(null, new Properties(), environment);
    }

    private static Telemetry of(Config config) {
        assertEquals(List.of(), config.errors());
        Telemetry telemetry = config.telemetry();
        assertNotNull(telemetry);
        return telemetry;
    }

    private static Telemetry.Spans spans(Config config) {
        Telemetry.Spans spans = of(config).spans();
        assertNotNull(spans);
        return spans;
    }

    private static Telemetry.Metrics metrics(Config config) {
        Telemetry.Metrics metrics = of(config).metrics();
        assertNotNull(metrics);
        return metrics;
    }

    @Test
    void anOtlpEndpointIsUsedForBothSignals() {
        for (Config config : List.of(
                arguments("otlp.endpoint=http://c:4318/base/"),
                environment("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4318/base"),
                environment("WEFT_OTLP_ENDPOINT", "http://c:4318/base", "OTEL_EXPORTER_OTLP_ENDPOINT", "http://d"))) {
            assertEquals(SpanExporter.Format.OTLP, spans(config).format());
            assertEquals(5 * SECOND, spans(config).delayNanos());
            Target target = spans(config).target();
            assertEquals(URI.create("http://c:4318/base/v1/traces"), target.url());
            assertEquals(10 * SECOND, target.timeoutNanos());
            assertFalse(target.gzip());
            assertEquals(
                    URI.create("http://c:4318/base/v1/metrics"),
                    metrics(config).target().url());
            assertEquals(60 * SECOND, metrics(config).intervalNanos());
        }
    }

    @Test
    void anExporterAloneUsesTheUsualAddress() {
        assertEquals(
                URI.create("http://localhost:4318/v1/traces"),
                spans(environment("OTEL_TRACES_EXPORTER", "otlp")).target().url());
        Telemetry.Spans zipkin = spans(arguments("traces.exporter=zipkin"));
        assertEquals(SpanExporter.Format.ZIPKIN, zipkin.format());
        assertEquals(
                URI.create("http://localhost:9411/api/v2/spans"),
                zipkin.target().url());
        assertNull(of(arguments("traces.exporter=zipkin")).metrics());
    }

    @Test
    void noneSwitchesOffWhatAnEndpointSwitchesOn() {
        Telemetry telemetry = of(environment(
                "OTEL_EXPORTER_OTLP_ENDPOINT",
                "http://c",
                "OTEL_TRACES_EXPORTER",
                "none",
                "OTEL_METRICS_EXPORTER",
                "none"));
        assertNull(telemetry.spans());
        assertNull(telemetry.metrics());
    }

    @Test
    void anEndpointOfItsOwnIsUsedAsItIs() {
        Telemetry telemetry = of(environment("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://c/t?x=1"));
        assertNotNull(telemetry.spans());
        assertEquals(URI.create("http://c/t?x=1"), telemetry.spans().target().url());
        assertNull(telemetry.metrics());
    }

    @Test
    void openTelemetrysNamesSayTheSameAsOurs() {
        Config theirs = environment(
                "OTEL_EXPORTER_OTLP_ENDPOINT", "https://c:4318",
                "OTEL_EXPORTER_OTLP_HEADERS", "api-key=a%3Db%20c,x=+1",
                "OTEL_EXPORTER_OTLP_CERTIFICATE", "/ca.pem",
                "OTEL_EXPORTER_OTLP_TIMEOUT", "2500",
                "OTEL_EXPORTER_OTLP_COMPRESSION", "gzip",
                "OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf",
                "OTEL_BSP_SCHEDULE_DELAY", "100",
                "OTEL_METRIC_EXPORT_INTERVAL", "2000",
                "OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=prod,team=a%2Cb",
                "OTEL_TRACES_SAMPLER", "parentbased_traceidratio",
                "OTEL_TRACES_SAMPLER_ARG", "0.25",
                "OTEL_PROPAGATORS", "b3multi");
        Target target = spans(theirs).target();
        assertEquals(Map.of("api-key", "a=b c", "x", "+1"), target.headers());
        assertEquals(2_500_000_000L, target.timeoutNanos());
        assertTrue(target.gzip());
        assertEquals(Path.of("/ca.pem"), target.authorities());
        assertEquals(100_000_000, spans(theirs).delayNanos());
        assertEquals(2 * SECOND, metrics(theirs).intervalNanos());
        assertEquals(
                Map.of("deployment.environment.name", "prod", "team", "a,b"),
                of(theirs).resource());
        assertEquals(0.25, of(theirs).sample());
        Map<String, String> sources = new HashMap<>();
        theirs.settings().forEach(setting -> sources.put(setting.key(), setting.source()));
        assertEquals("OTEL_PROPAGATORS", sources.get("propagators"));
    }

    @Test
    void theirSystemPropertiesWinOverTheirEnvironment() {
        Properties properties = new Properties();
        properties.setProperty("otel.exporter.otlp.endpoint", "http://property");
        Config config = Config.read(null, properties, Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://environment"));
        assertEquals(
                URI.create("http://property/v1/traces"), spans(config).target().url());
    }

    @Test
    void whatIsMeantForAnotherTracerIsNotedAndNoError() {
        Config config = environment(
                "OTEL_TRACES_EXPORTER", "console",
                "OTEL_METRICS_EXPORTER", "prometheus",
                "OTEL_TRACES_SAMPLER", "always_on",
                "OTEL_PROPAGATORS", "jaeger,xray",
                "OTEL_EXPORTER_OTLP_PROTOCOL", "grpc",
                "OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4317");
        assertEquals(List.of(), config.errors());
        assertNull(config.telemetry());
        assertEquals(6, config.notes().size(), String.valueOf(config.notes()));
        assertEquals(
                "OTEL_TRACES_EXPORTER: 'console' is left to others; what is taken is none, otlp or zipkin",
                config.notes().get(config.notes().size() - 4));
    }

    @Test
    void aDisabledSdkLeavesItAllOut() {
        assertNull(environment("OTEL_SDK_DISABLED", "true", "OTEL_EXPORTER_OTLP_ENDPOINT", "http://c")
                .telemetry());
    }

    @Test
    void theHeadersOfACollectorAreNotShown() {
        Config config = arguments("otlp.headers=api-key=secret,traces.exporter=otlp");
        assertEquals(Map.of("api-key", "secret"), spans(config).target().headers());
        assertFalse(config.settings().toString().contains("secret"));
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                Arguments.of(
                        "traces.exporter=jaeger",
                        "'jaeger' is not a value of 'traces.exporter', which takes none, otlp or zipkin; it is left out"),
                Arguments.of(
                        "traces.sample=2",
                        "'2' is not a value of 'traces.sample', which takes a share from 0 to 1; '1' is used"),
                Arguments.of(
                        "explain.sample=often",
                        "'often' is not a value of 'explain.sample', which takes a share from 0 to 1; '0' is used"),
                Arguments.of("otlp.endpoint=collector:4318", "'otlp.endpoint' can't be used: url: collector:4318/v1/"),
                Arguments.of("metrics.interval=0s", "'metrics.interval' is 0"),
                Arguments.of(
                        "access.log.format=%NOPE%",
                        "'access.log.format' can't be used: %NOPE% is not an operator that is supported"),
                Arguments.of("access.log.sample=2", "'2' is not a value of 'access.log.sample'"),
                Arguments.of("propagators=w3c", "'w3c' is not a value of 'propagators'"),
                Arguments.of("otlp.headers=secret", "is not a value of 'otlp.headers'"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void whatIsWrongIsSaidByName(String args, String error) {
        Config config = arguments(args + ",access.log=stderr");
        assertTrue(config.errors().get(0).contains(error), String.valueOf(config.errors()));
        assertNotNull(config.telemetry());
        assertNotNull(config.telemetry().accessLog());
    }

    @Test
    void aFormatWithJsonIsAnObject() {
        Config config = arguments("access.log=/x,access.log.encoding=json,access.log.format=a");
        assertTrue(config.errors().get(0).contains("a JSON object begins with {"), String.valueOf(config.errors()));
        Telemetry.AccessLog lines = of(environment(
                        "WEFT_ACCESS_LOG",
                        "/x",
                        "WEFT_ACCESS_LOG_ENCODING",
                        "json",
                        "WEFT_ACCESS_LOG_SAMPLE",
                        "0.1",
                        "WEFT_ACCESS_LOG_FORMAT",
                        "{\"took\": \"%DURATION%\"}"))
                .accessLog();
        assertNotNull(lines);
        assertEquals(0.1, lines.sample());
    }

    @Test
    void aRecordingTellsNoValueOfWhatIsOnItsList() {
        Telemetry usual = of(arguments("record.calls=calls.jsonl"));
        assertEquals("calls.jsonl", usual.recording());
        assertEquals(Telemetry.usualRedaction(), usual.redaction());
        assertTrue(usual.redaction().headers().contains("cookie"));

        Telemetry own = of(arguments("record.redact=X-Token; ?key"));
        assertEquals("", own.recording());
        assertEquals(Set.of("x-token"), own.redaction().headers());
        assertEquals(Set.of("key"), own.redaction().parameters());

        assertEquals(Set.of(), of(arguments("record.redact=none")).redaction().headers());
    }

    @Test
    void aSlipInTheListOfWhatIsNotToldHoldsBackMoreAndNotLess() {
        for (String slip : List.of("authorization,x-mine", "x-mine;?", "x-mine y", "x-mine:", ";?token=,x-mine", ";")) {
            Config config = environment("WEFT_RECORD_REDACT", slip);
            assertEquals(1, config.errors().size(), slip);
            assertTrue(
                    config.errors().get(0).contains("record.redact"),
                    config.errors().get(0));
            Telemetry telemetry = config.telemetry();
            assertNotNull(telemetry);
            Set<String> held = telemetry.redaction().headers();
            assertTrue(held.containsAll(Telemetry.usualRedaction().headers()), slip + ": " + held);
            assertEquals(slip.contains("x-mine") && !slip.contains(":"), held.contains("x-mine"), slip + ": " + held);
        }
        assertEquals(
                Telemetry.usualRedaction(),
                of(environment("WEFT_RECORD_REDACT", "")).redaction());
        assertEquals(
                Set.of("a", "b"),
                of(environment("WEFT_RECORD_REDACT", "a; ;b;")).redaction().headers());
    }
}
