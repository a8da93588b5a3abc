package dev.weft.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.health.Check;
import dev.weft.proxy.config.Key;
import dev.weft.proxy.config.ProxyConfig;
import dev.weft.proxy.config.Setting;
import dev.weft.proxy.config.Tracing;
import dev.weft.proxy.health.HealthSettings;
import dev.weft.proxy.http1.Forwarding;
import dev.weft.proxy.http1.HeadRules;
import dev.weft.proxy.http1.PathNormalization;
import dev.weft.proxy.http1.RequestId;
import dev.weft.telemetry.export.SpanExporter;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where the configuration comes from, and what it can't be. */
class ProxyConfigTest {
    @TempDir
    Path folder;

    private static ProxyConfig read(Map<Key, String> line) throws ProxyConfig.Wrong {
        return ProxyConfig.read(line, Map.of(), null);
    }

    private static List<String> errors(Map<Key, String> line) {
        return assertThrows(ProxyConfig.Wrong.class, () -> read(line)).errors();
    }

    @Test
    void aNameIsEnough() throws Exception {
        ProxyConfig config = read(Map.of(Key.SERVICE, "shop"));
        assertEquals("shop", config.service());
        assertEquals(0, config.application());
        assertEquals(15001, config.outbound().getPort());
        assertTrue(config.outbound().getAddress().isLoopbackAddress());
        assertTrue(config.passThrough());
        assertTrue(config.control().isEmpty());
    }

    @Test
    void theCommandLineIsStrongerThanTheEnvironmentAndThatThanTheFile() throws Exception {
        Path file = Files.writeString(
                folder.resolve("proxy.yaml"),
                "service: file\nversion: v1\nlabels: {team: a, tier: b}\nidle: {timeout: 2m}\nnamespace: of-file\n");
        ProxyConfig config = ProxyConfig.read(
                Map.of(Key.SERVICE, "line"),
                Map.of(
                        "WEFT_SERVICE",
                        "environment",
                        "WEFT_NAMESPACE",
                        "there",
                        "WEFT_INSTRUMENTATION_OKHTTP",
                        "false"),
                file);
        assertEquals("line", config.service());
        assertEquals("there", config.namespace());
        assertEquals("v1", config.version());
        assertEquals(Map.of("team", "a", "tier", "b"), config.labels());
        assertEquals(120_000_000_000L, config.limits().idleNanos());
    }

    @Test
    void dnsIsAnsweredWhereConnectionsAreLedHereUnlessItIsSaidOtherwise() throws Exception {
        assertEquals(0, read(Map.of(Key.SERVICE, "a")).dnsPort());
        assertEquals(5353, read(Map.of(Key.SERVICE, "a", Key.INTERCEPT, "true")).dnsPort());
        assertEquals(
                0,
                read(Map.of(Key.SERVICE, "a", Key.INTERCEPT, "true", Key.DNS_PORT, "0"))
                        .dnsPort());
        assertEquals(53, read(Map.of(Key.SERVICE, "a", Key.DNS_PORT, "53")).dnsPort());
    }

    @Test
    void headsAreReadAsBySidecarsOfIstioUnlessItIsSaidOtherwise() throws Exception {
        HeadRules sidecar =
                new HeadRules(PathNormalization.BASE, new Forwarding(true, false, 0, RequestId.GENERATE, ""));
        assertEquals(sidecar, read(Map.of(Key.SERVICE, "a")).inboundHeads());
        assertEquals(sidecar, read(Map.of(Key.SERVICE, "a")).outboundHeads());
        ProxyConfig edge = read(Map.of(
                Key.SERVICE, "a",
                Key.INBOUND_USE_REMOTE_ADDRESS, "true",
                Key.XFF_NUM_TRUSTED_HOPS, "2",
                Key.REQUEST_ID, "preserve",
                Key.ADDRESS, "10.1.0.7",
                Key.PATH_NORMALIZATION, "decode-and-merge-slashes"));
        PathNormalization strict = PathNormalization.DECODE_AND_MERGE_SLASHES;
        assertEquals(
                new HeadRules(strict, new Forwarding(true, true, 2, RequestId.PRESERVE, "10.1.0.7")),
                edge.inboundHeads());
        assertEquals(
                new HeadRules(strict, new Forwarding(true, false, 2, RequestId.PRESERVE, "10.1.0.7")),
                edge.outboundHeads());
        assertEquals(
                PathNormalization.BASE.with(PathNormalization.EscapedSlashes.REJECT),
                read(Map.of(Key.SERVICE, "a", Key.PATH_ESCAPED_SLASHES, "reject"))
                        .inboundHeads()
                        .paths());
        assertEquals(
                PathNormalization.NONE,
                read(Map.of(Key.SERVICE, "a", Key.PATH_NORMALIZATION, "none"))
                        .outboundHeads()
                        .paths());
    }

    @Test
    void listenersForConnectionsSayWhereTheyLead() throws Exception {
        var listeners = read(Map.of(Key.SERVICE, "a", Key.TCP_LISTENERS, "127.0.0.1:15432=DB:5432; [::1]:8443=*:443"))
                .opaque()
                .listeners();
        assertEquals(2, listeners.size());
        assertEquals(15432, listeners.get(0).address().getPort());
        assertEquals("db", listeners.get(0).service());
        assertEquals(5432, listeners.get(0).port());
        assertTrue(listeners.get(1).named());
        assertEquals(443, listeners.get(1).port());
    }

    private static Tracing.Export export(Map<Key, String> keys) throws ProxyConfig.Wrong {
        Map<Key, String> line = new EnumMap<>(keys);
        line.put(Key.SERVICE, "a");
        Tracing.Export export = read(line).tracing().export();
        assertNotNull(export);
        return export;
    }

    @Test
    void spansAreSentWhereACollectorIsNamed() throws Exception {
        assertNull(read(Map.of(Key.SERVICE, "a")).tracing().export());
        Tracing.Export otlp = export(Map.of(Key.OTLP_ENDPOINT, "http://c:4318/base/", Key.TRACES_DELAY, "50ms"));
        assertEquals(SpanExporter.Format.OTLP, otlp.format());
        assertEquals(URI.create("http://c:4318/base/v1/traces"), otlp.target().url());
        assertEquals(50_000_000, otlp.delayNanos());
        assertEquals(
                URI.create("http://c/t"),
                export(Map.of(Key.OTLP_TRACES_ENDPOINT, "http://c/t")).target().url());
        assertEquals(
                URI.create("http://localhost:4318/v1/traces"),
                export(Map.of(Key.TRACES_EXPORTER, "otlp")).target().url());
        Tracing.Export zipkin = export(Map.of(Key.TRACES_EXPORTER, "zipkin", Key.OTLP_HEADERS, "api-key=secret"));
        assertEquals(SpanExporter.Format.ZIPKIN, zipkin.format());
        assertEquals(
                URI.create("http://localhost:9411/api/v2/spans"),
                zipkin.target().url());
        assertEquals(Map.of(), zipkin.target().headers(), "they are for another");
        Map<Key, String> none = Map.of(Key.SERVICE, "a", Key.OTLP_ENDPOINT, "http://c", Key.TRACES_EXPORTER, "none");
        assertNull(read(none).tracing().export());
    }

    @Test
    void whatACollectorIsToldMayStandInTheFileAsAMapping() throws Exception {
        Path file = Files.writeString(folder.resolve("proxy.yaml"), """
                service: shop
                otlp: {endpoint: http://c, headers: {api-key: secret, x: "1"}, compression: gzip, timeout: 2s}
                resource: {attributes: {team: a}}
                traces: {sample: 0.25}
                """);
        Tracing tracing = ProxyConfig.read(Map.of(), Map.of(), file).tracing();
        assertEquals(Map.of("team", "a"), tracing.resource());
        assertEquals(0.25, tracing.sample());
        Tracing.Export export = tracing.export();
        assertNotNull(export);
        assertEquals(Map.of("api-key", "secret", "x", "1"), export.target().headers());
        assertTrue(export.target().gzip());
        assertEquals(2_000_000_000L, export.target().timeoutNanos());
    }

    @Test
    void theKeyOfACollectorIsNotShown() {
        assertEquals(
                List.of("--otlp.headers: '(hidden)' is not a value of 'otlp.headers', which takes name=value pairs,"
                        + " separated by ';'"),
                errors(Map.of(Key.SERVICE, "a", Key.OTLP_HEADERS, "secret")));
    }

    @Test
    void aKeyOfTheFileThatIsNoneIsAnError() throws IOException {
        Path file = Files.writeString(folder.resolve("proxy.yaml"), "service: shop\noutbond: 127.0.0.1:1\n");
        ProxyConfig.Wrong wrong =
                assertThrows(ProxyConfig.Wrong.class, () -> ProxyConfig.read(Map.of(), Map.of(), file));
        assertEquals(List.of(file + ": 'outbond' is not a key; the nearest is 'outbound'"), wrong.errors());
    }

    @ParameterizedTest
    @CsvSource({
        "SERVICE, a b",
        "PORT, 65536",
        "PORT, x",
        "OUTBOUND, 15001",
        "OUTBOUND, 127.0.0.1:x",
        "INBOUND, 127.0.0.1:70000",
        "ADMIN_ADDRESS, 0.0.0.0:1",
        "PASS_THROUGH, yes",
        "INTERCEPT, yes",
        "DNS_PORT, on",
        "DNS_PORT, 65536",
        "CONTROL_PLANE, nowhere",
        "ADDRESS, a.host.example",
        "LABELS, a",
        "DRAIN, 5",
        "DRAIN, 0s",
        "HEAD_TIMEOUT, 1h",
        "CONNECTIONS, 0",
        "ACCESS_LOG_ENCODING, xml",
        "ACCESS_LOG_FORMAT, %NOPE%",
        "ACCESS_LOG_SAMPLE, 1.5",
        "ACCESS_LOG_SAMPLE, often",
        "LOG, loud",
        "INBOUND_TLS, tls",
        "INBOUND_TLS, mutual",
        "TLS_KEY, /key",
        "PROTOCOL, udp",
        "APPLICATION_PROXY_PROTOCOL, v2",
        "APPLICATION_PROXY_PROTOCOL, v3",
        "TCP_LISTENERS, 127.0.0.1:1",
        "TCP_LISTENERS, 127.0.0.1:1=db",
        "TCP_LISTENERS, 127.0.0.1:1=db:0",
        "TCP_LISTENERS, 127.0.0.1:1=d b:1",
        "TCP_LISTENERS, 1=db:5432",
        "DETECT_TIMEOUT, 0s",
        "HEALTH_CHECK, icmp",
        "HEALTH_CHECK, tcp", // of whom?
        "HEALTH_PORT, 65536",
        "HEALTH_INTERVAL, 99ms",
        "HEALTH_INTERVAL, 11m",
        "HEALTH_INTERVAL_JITTER, 1",
        "HEALTH_TIMEOUT, 0s",
        "HEALTH_HEALTHY_THRESHOLD, 0",
        "HEALTH_UNHEALTHY_THRESHOLD, 101",
        "HEALTH_HTTP_PATH, /health",
        "HEALTH_HTTP_HOST, shop",
        "HEALTH_HTTP_HEADERS, a=b",
        "HEALTH_HTTP_EXPECTED_STATUSES, 200",
        "HEALTH_GRPC_SERVICE, shop.Order",
        "HEALTH_COMMAND, true",
        "INBOUND_USE_REMOTE_ADDRESS, yes",
        "OUTBOUND_USE_REMOTE_ADDRESS, 1",
        "XFF_NUM_TRUSTED_HOPS, -1",
        "XFF_NUM_TRUSTED_HOPS, all",
        "REQUEST_ID, keep",
        "PATH_NORMALIZATION, BASE",
        "PATH_ESCAPED_SLASHES, redirect",
        "TRACES_EXPORTER, jaeger",
        "TRACES_SAMPLE, 2",
        "TRACES_SAMPLE, often",
        "TRACES_DELAY, 1h",
        "OTLP_ENDPOINT, collector:4318",
        "OTLP_TRACES_ENDPOINT, 'http://a b'",
        "OTLP_TIMEOUT, 0s",
        "OTLP_COMPRESSION, br"
    })
    void aWrongValueIsNamedAndNothingStarts(Key key, String value) {
        Map<Key, String> line = new EnumMap<>(Map.of(Key.SERVICE, "shop"));
        line.put(key, value);
        List<String> errors = errors(line);
        assertEquals(1, errors.size(), errors.toString());
        assertTrue(errors.get(0).contains(key.key()), errors.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "http, HEALTH_HTTP_PATH, ''",
        "http, HEALTH_HTTP_PATH, health",
        "http, HEALTH_HTTP_PATH, '/a b'",
        "http, HEALTH_HTTP_HOST, a/b",
        "http, HEALTH_HTTP_HEADERS, a",
        "http, HEALTH_HTTP_HEADERS, a b=c",
        "http, HEALTH_HTTP_HEADERS, Host=a",
        "http, HEALTH_HTTP_HEADERS, transfer-encoding=chunked",
        "http, HEALTH_HTTP_EXPECTED_STATUSES, 2xx",
        "http, HEALTH_HTTP_EXPECTED_STATUSES, 100",
        "http, HEALTH_HTTP_EXPECTED_STATUSES, 299-200",
        "http, HEALTH_HTTP_EXPECTED_STATUSES, 200;",
        "grpc, HEALTH_GRPC_SERVICE, a b",
        "grpc, HEALTH_COMMAND, true",
        "command, HEALTH_COMMAND, ''",
        "command, HEALTH_PORT, 80"
    })
    void aCheckIsWhole(String kind, Key key, String value) {
        Map<Key, String> line = new EnumMap<>(Map.of(Key.SERVICE, "shop", Key.PORT, "80", Key.HEALTH_CHECK, kind));
        line.put(Key.HEALTH_HTTP_PATH, kind.equals("http") ? "/health" : "");
        line.put(Key.HEALTH_COMMAND, kind.equals("command") ? "true" : "");
        line.put(key, value);
        List<String> errors = errors(line);
        assertEquals(1, errors.size(), errors.toString());
        assertTrue(errors.get(0).contains("'" + key.key() + "'"), errors.toString());
    }

    @Test
    void aCheckSaysWhatTheApplicationHasToDo() throws Exception {
        Path file = Files.writeString(folder.resolve("proxy.yaml"), """
                service: shop
                port: 80
                health:
                  check: http
                  interval: 5s
                  interval.jitter: 0s
                  unhealthy.threshold: 3
                  http:
                    path: /health?deep
                    headers: {Accept: text/plain, X-Of: proxy}
                    expected.statuses: 200-299;304
                """);
        HealthSettings health = ProxyConfig.read(Map.of(), Map.of(), file).health();
        assertEquals(
                new Check.Http(
                        "/health?deep",
                        "shop",
                        Map.of("Accept", "text/plain", "X-Of", "proxy"),
                        List.of(new Check.Statuses(200, 299), new Check.Statuses(304, 304))),
                health.check());
        assertEquals(5_000_000_000L, health.intervalNanos());
        assertEquals(0, health.jitterNanos());
        assertEquals(1, health.healthy());
        assertEquals(3, health.unhealthy());
        assertEquals(new Check.Tcp(), read(Map.of(Key.SERVICE, "shop")).health().check());
    }

    @Test
    void whatMayBeAKeyToSomethingElseIsNotShown() throws Exception {
        ProxyConfig config = read(Map.of(
                Key.SERVICE,
                "shop",
                Key.PORT,
                "80",
                Key.HEALTH_CHECK,
                "http",
                Key.HEALTH_HTTP_PATH,
                "/",
                Key.HEALTH_HTTP_HEADERS,
                "Authorization=Bearer s3cret"));
        assertFalse(config.settings().toString().contains("s3cret"), config.settings()::toString);
        assertTrue(config.settings().stream()
                .anyMatch(each ->
                        each.key().equals("health.http.headers") && each.value().equals("(hidden)")));
    }

    @Test
    void aHeaderOfTheFileIsNotTakenForTwo() throws Exception {
        Path file = Files.writeString(folder.resolve("proxy.yaml"), """
                service: shop
                port: 80
                health: {check: http, http: {path: /, headers: {Accept: "text/plain;q=1"}}}
                """);
        ProxyConfig.Wrong wrong =
                assertThrows(ProxyConfig.Wrong.class, () -> ProxyConfig.read(Map.of(), Map.of(), file));
        assertEquals(List.of(file + ": 'health.http.headers.Accept' has a ';', which separates pairs"), wrong.errors());
    }

    @Test
    void aFormatWithJsonIsAnObjectOverSomeLinesOfTheFile() throws Exception {
        Path file = Files.writeString(folder.resolve("proxy.yaml"), """
                service: shop
                access.log: stderr
                access.log.encoding: json
                access.log.format: |
                  {"took": "%DURATION%",
                   "who": {"agent": "%REQ(USER-AGENT)%"}}
                access.log.sample: 0.25
                """);
        ProxyConfig config = ProxyConfig.read(Map.of(), Map.of(), file);
        assertEquals(0.25, config.accessLogSample());
        assertTrue(config.settings().contains(new Setting("access.log.sample", "0.25", file.toString())));
        assertTrue(config.settings().contains(new Setting("port", "0", "default")));
        List<String> errors =
                errors(Map.of(Key.SERVICE, "a", Key.ACCESS_LOG_ENCODING, "json", Key.ACCESS_LOG_FORMAT, "%DURATION%"));
        assertTrue(errors.get(0).contains("a JSON object begins with {"), errors.toString());
    }

    @Test
    void everythingThatIsWrongIsSaidAtOnce() {
        assertEquals(2, errors(Map.of(Key.PORT, "x", Key.SERVICE, "")).size());
    }

    @Test
    void whatSecuresTheWayIsNeverLeftOut() throws Exception {
        assertFalse(errors(Map.of(Key.SERVICE, "a", Key.CONTROL_TOKEN, "/t", Key.CONTROL_PLANE, "h:1"))
                .isEmpty());
        assertFalse(errors(Map.of(Key.SERVICE, "a", Key.CONTROL_CERTIFICATE, "/c", Key.CONTROL_PLANE, "h:1"))
                .isEmpty());
        assertFalse(
                errors(Map.of(Key.SERVICE, "a", Key.CONTROL_SECURITY, "tls")).isEmpty());
        ProxyConfig secured =
                read(Map.of(Key.SERVICE, "a", Key.CONTROL_AUTHORITIES, "/ca", Key.CONTROL_PLANE, "h:1;g:2"));
        assertEquals(2, secured.control().size());
        assertTrue(secured.control().stream().allMatch(server -> server.tls() != null));
    }
}
