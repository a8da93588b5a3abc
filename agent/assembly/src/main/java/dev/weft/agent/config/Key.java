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
    SERVICE("service", "", "a name of letters, digits, '-' and '_'"),
    NAMESPACE("namespace", "default", "a name of letters, digits, '-' and '_'"),
    VERSION("version", "", "any text"),
    LABELS("labels", "", "name=value pairs, separated by ';'"),
    REGION("region", "", "any text"),
    ZONE("zone", "", "any text"),
    ADDRESS("address", "", "an IP address"),
    ADMIN("admin", "true", Key.SWITCH),
    ADMIN_ADDRESS("admin.address", "127.0.0.1:0", "a loopback host:port or unix:///path"),
    TRACING("tracing", "true", Key.SWITCH),
    INSTRUMENTATION("instrumentation.", "true", Key.SWITCH),
    STATE_DIR("state.dir", "", "the path of a directory"),
    DRAIN("drain", "5s", "a time such as 500ms, 5s or 1m, at most 10m"),
    LOG("log", "info", "off, error, warn, info or debug"),
    LOG_FILE("log.file", "", Key.FILE);

    private static final String SWITCH = "true or false";
    private static final String FILE = "the path of a file";

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
