package dev.weft.proxy.config;

import dev.weft.protocol.words.Nearest;
import java.util.Locale;
import java.util.stream.Stream;

/** A key of the configuration; {@code docs/proxy.md} lists all. What the agent has too is called the same there. */
public enum Key {
    SERVICE("service", "", "a name of letters, digits, '-' and '_'"),
    PORT("port", "0", "the port of the application on this machine, 0 for none"),
    PROTOCOL("protocol", "http", "http, tcp or auto"),
    INBOUND("inbound", "0.0.0.0:15006", Key.LISTENER),
    OUTBOUND("outbound", "127.0.0.1:15001", Key.LISTENER),
    INBOUND_PROXY_PROTOCOL("inbound.proxy.protocol", "false", Key.SWITCH),
    APPLICATION_PROXY_PROTOCOL(
            "application.proxy.protocol", "none", "none, v1 or v2, the latter two with protocol tcp"),
    INBOUND_TLS("inbound.tls", "none", "none, tls or mutual, with the tls.* files that these take"),
    TLS_CERTIFICATE("tls.certificate", "", Key.FILE),
    TLS_KEY("tls.key", "", Key.FILE),
    TLS_AUTHORITIES("tls.authorities", "", Key.FILE),
    TCP_LISTENERS("tcp.listeners", "", "host:port=service:port pairs, separated by ';'"),
    ADMIN_ADDRESS("admin.address", "127.0.0.1:15000", "a loopback host:port"),
    INTERCEPT("intercept", "false", Key.SWITCH),
    DNS_PORT("dns.port", "auto", "a port, 0 for none, or auto"),
    INBOUND_USE_REMOTE_ADDRESS("inbound.use.remote.address", "false", Key.SWITCH),
    OUTBOUND_USE_REMOTE_ADDRESS("outbound.use.remote.address", "false", Key.SWITCH),
    XFF_NUM_TRUSTED_HOPS("xff.num.trusted.hops", "0", "how many proxies before this one are believed"),
    REQUEST_ID("request.id", "generate", "generate, preserve or none"),
    PATH_NORMALIZATION("path.normalization", "base", "none, base, merge-slashes or decode-and-merge-slashes"),
    PATH_ESCAPED_SLASHES("path.escaped.slashes", "auto", "keep, reject, unescape or auto"),
    PASS_THROUGH("pass.through", "true", Key.SWITCH),
    HEALTH_CHECK("health.check", "tcp", "tcp, http, grpc or command, with a port"),
    HEALTH_PORT("health.port", "0", "a port of this machine, 0 for that of the application, with no command"),
    HEALTH_INTERVAL("health.interval", "1s", "a time from 100ms to 10m"),
    HEALTH_INTERVAL_JITTER("health.interval.jitter", "100ms", "a time from 0s to 10m"),
    HEALTH_TIMEOUT("health.timeout", "1s", "a time from 1ms to 10m"),
    HEALTH_HEALTHY_THRESHOLD("health.healthy.threshold", "1", Key.IN_A_ROW),
    HEALTH_UNHEALTHY_THRESHOLD("health.unhealthy.threshold", "2", Key.IN_A_ROW),
    HEALTH_HTTP_PATH("health.http.path", "", "a path such as /health, with health.check http, which needs one"),
    HEALTH_HTTP_HOST("health.http.host", "", "a host, with health.check http"),
    HEALTH_HTTP_HEADERS(
            "health.http.headers",
            "",
            "name=value pairs, separated by ';', with health.check http; not Host, and none that frames a message"),
    HEALTH_HTTP_EXPECTED_STATUSES(
            "health.http.expected.statuses",
            "200-399",
            "statuses such as 204 or 200-299, separated by ';', with health.check http"),
    HEALTH_GRPC_SERVICE("health.grpc.service", "", "the full name of a gRPC service, with health.check grpc"),
    HEALTH_COMMAND("health.command", "", "a command line, with health.check command, which needs one"),
    CONTROL_PLANE("control.plane", "", "host:port or unix:///path, several separated by ';'"),
    CONTROL_PROFILE("control.profile", "weft", "weft, istio, envoy or envoy-delta"),
    CONTROL_AUTHORITIES("control.authorities", "", Key.FILE),
    CONTROL_CERTIFICATE("control.certificate", "", Key.FILE),
    CONTROL_KEY("control.key", "", Key.FILE),
    CONTROL_SERVER_NAME("control.server.name", "", "a host name"),
    CONTROL_SECURITY("control.security", "plaintext", "plaintext or tls"),
    CONTROL_TOKEN("control.token", "", Key.FILE),
    NAMESPACE("namespace", "default", "a name of letters, digits, '-' and '_'"),
    VERSION("version", "", "any text"),
    LABELS("labels", "", Key.PAIRS),
    REGION("region", "", "any text"),
    ZONE("zone", "", "any text"),
    ADDRESS("address", "", "an IP address"),
    STATE_DIR("state.dir", "", "the path of a directory"),
    TRACING("tracing", "true", Key.SWITCH),
    TRACES_EXPORTER("traces.exporter", "", "none, otlp or zipkin"),
    TRACES_DELAY("traces.delay", "5s", Key.TIME),
    TRACES_SAMPLE("traces.sample", "1", "a share from 0 to 1"),
    OTLP_ENDPOINT("otlp.endpoint", "http://localhost:4318", Key.URL),
    OTLP_TRACES_ENDPOINT("otlp.traces.endpoint", "", Key.URL),
    OTLP_HEADERS("otlp.headers", "", Key.PAIRS),
    OTLP_AUTHORITIES("otlp.authorities", "", Key.FILE),
    OTLP_TIMEOUT("otlp.timeout", "10s", Key.TIME),
    OTLP_COMPRESSION("otlp.compression", "none", "none or gzip"),
    ZIPKIN_ENDPOINT("zipkin.endpoint", "http://localhost:9411/api/v2/spans", Key.URL),
    RESOURCE_ATTRIBUTES("resource.attributes", "", Key.PAIRS),
    ACCESS_LOG("access.log", "", "stderr or the path of a file"),
    ACCESS_LOG_ENCODING("access.log.encoding", "text", "text or json"),
    ACCESS_LOG_FORMAT("access.log.format", "", "text, or a JSON object with json, of Envoy's command operators"),
    ACCESS_LOG_SAMPLE("access.log.sample", "1", "a share from 0 to 1"),
    LOG("log", "info", "off, error, warn, info or debug"),
    DRAIN("drain", "5s", Key.TIME),
    HOT_RESTART("hot.restart", "", "the path of a unix socket, on Linux and without intercept and dns.port"),
    WORKERS("workers", "0", "event loops, 0 for one for each CPU"),
    CONNECTIONS("connections", "10000", "how many clients' connections a listener takes"),
    HEAD_TIMEOUT("head.timeout", "10s", Key.TIME),
    IDLE_TIMEOUT("idle.timeout", "75s", Key.TIME),
    STREAM_TIMEOUT("stream.timeout", "5m", Key.TIME),
    CONNECT_TIMEOUT("connect.timeout", "5s", Key.TIME),
    DETECT_TIMEOUT("detect.timeout", "200ms", Key.TIME),
    TCP_IDLE_TIMEOUT("tcp.idle.timeout", "60m", Key.TIME),
    REPLAY("replay", "65536", "bytes of a body that are kept for a retry");

    private static final String LISTENER = "host:port";
    private static final String SWITCH = "true or false";
    private static final String FILE = "the path of a file";
    private static final String IN_A_ROW = "a number from 1 to 100";
    private static final String TIME = "a time such as 500ms, 5s or 1m";
    private static final String URL = "an http or https URL";
    private static final String PAIRS = "name=value pairs, separated by ';'";

    private final String key;
    private final String fallback;
    private final String accepts;

    Key(String key, String fallback, String accepts) {
        this.key = key;
        this.fallback = fallback;
        this.accepts = accepts;
    }

    public String key() {
        return key;
    }

    String fallback() {
        return fallback;
    }

    /** Whether a mapping in a file says the same as its text. */
    boolean isPairs() {
        return accepts.equals(PAIRS);
    }

    /** Whether a key to something else may stand there, which nobody is shown. */
    boolean isSecret() {
        return this == OTLP_HEADERS || this == HEALTH_HTTP_HEADERS;
    }

    String accepts() {
        return accepts;
    }

    /** The known one that a mistyped one is nearest to. */
    public static String nearest(String written) {
        return Nearest.of(written, Stream.of(values()).map(Key::key).toList());
    }

    String environment() {
        return "WEFT_" + key.toUpperCase(Locale.ROOT).replace('.', '_');
    }
}
