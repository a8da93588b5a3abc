package dev.weft.agent.config;

/** A key of the configuration, with its default and what it accepts. {@code docs/configuration.md} lists all. */
public enum Key {
    ENABLED("enabled", "true", Key.SWITCH),
    CONFIG("config", "", "the path of a YAML file"),
    CONTROL_PLANE("control.plane", "", "host:port or unix:///path, several separated by ';'"),
    CONTROL_PROFILE("control.profile", "", "weft, istio, envoy or envoy-delta"),
    CONTROL_BOOTSTRAP("control.bootstrap", "true", Key.SWITCH),
    CONTROL_SECURITY("control.security", "", "plaintext or tls"),
    CONTROL_AUTHORITIES("control.authorities", "", Key.FILE),
    CONTROL_CERTIFICATE("control.certificate", "", Key.FILE),
    CONTROL_KEY("control.key", "", Key.FILE),
    CONTROL_SERVER_NAME("control.server.name", "", "a host name"),
    CONTROL_TOKEN("control.token", "", Key.FILE),
    RATELIMIT_TOKEN("ratelimit.token", "", Key.FILE),
    SERVICE("service", "", "a name of letters, digits, '-' and '_'"),
    NAMESPACE("namespace", "default", "a name of letters, digits, '-' and '_'"),
    VERSION("version", "", "any text"),
    LABELS("labels", "", Key.PAIRS),
    REGION("region", "", "any text"),
    ZONE("zone", "", "any text"),
    LOCAL_CLUSTER("local.cluster", "", "any text"),
    ADDRESS("address", "", "an IP address"),
    ADMIN("admin", "true", Key.SWITCH),
    ADMIN_ADDRESS("admin.address", "127.0.0.1:0", "a loopback host:port or unix:///path"),
    TRACING("tracing", "true", Key.SWITCH),
    INSTRUMENTATION("instrumentation.", "true", Key.SWITCH),
    STATE_DIR("state.dir", "", "the path of a directory"),
    DRAIN("drain", "5s", Key.TIME),
    LOG("log", "info", "off, error, warn, info or debug"),
    LOG_FILE("log.file", "", Key.FILE),
    /** From here on: what {@link Telemetry} reads, where one of them is set. */
    TRACES_EXPORTER("traces.exporter", "", "none, otlp or zipkin"),
    TRACES_DELAY("traces.delay", "5s", Key.TIME),
    TRACES_SAMPLE("traces.sample", "1", Key.SHARE),
    METRICS_EXPORTER("metrics.exporter", "", "none or otlp"),
    METRICS_INTERVAL("metrics.interval", "1m", Key.TIME),
    OTLP_ENDPOINT("otlp.endpoint", "http://localhost:4318", Key.URL),
    OTLP_TRACES_ENDPOINT("otlp.traces.endpoint", "", Key.URL),
    OTLP_METRICS_ENDPOINT("otlp.metrics.endpoint", "", Key.URL),
    OTLP_HEADERS("otlp.headers", "", Key.PAIRS),
    OTLP_AUTHORITIES("otlp.authorities", "", Key.FILE),
    OTLP_TIMEOUT("otlp.timeout", "10s", Key.TIME),
    OTLP_COMPRESSION("otlp.compression", "none", "none or gzip"),
    ZIPKIN_ENDPOINT("zipkin.endpoint", "http://localhost:9411/api/v2/spans", Key.URL),
    RESOURCE_ATTRIBUTES("resource.attributes", "", Key.PAIRS),
    PROPAGATORS("propagators", "tracecontext", "tracecontext, baggage, b3 and b3multi, separated by ';', or none"),
    ACCESS_LOG("access.log", "", "stderr or the path of a file"),
    ACCESS_LOG_ENCODING("access.log.encoding", "text", "text or json"),
    ACCESS_LOG_FORMAT("access.log.format", "", "text, or a JSON object with json, of Envoy's command operators"),
    ACCESS_LOG_SAMPLE("access.log.sample", "1", Key.SHARE),
    EXPLAIN_SAMPLE("explain.sample", "0", Key.SHARE),
    RECORD_CALLS("record.calls", "", Key.FILE),
    RECORD_REDACT(
            "record.redact",
            "authorization;cookie;set-cookie;proxy-authorization;x-api-key",
            "names of headers, or of query parameters as ?name, separated by ';', or none");

    private static final String SWITCH = "true or false";
    private static final String FILE = "the path of a file";
    private static final String TIME = "a time such as 500ms, 5s or 1m, at most 10m";
    private static final String SHARE = "a share from 0 to 1";
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

    /** As in agent arguments; {@link #INSTRUMENTATION} stands for all keys that begin with it. */
    public String key() {
        return key;
    }

    /** Empty for none. */
    public String fallback() {
        return fallback;
    }

    public String accepts() {
        return accepts;
    }
}
