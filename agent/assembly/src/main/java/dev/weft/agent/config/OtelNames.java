package dev.weft.agent.config;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * OpenTelemetry's own names for some of our keys, in the environment or, as its agent reads them, in system properties.
 * They may be meant for another: a word of OpenTelemetry's that we have nothing for is noted and not an error. Loaded
 * only where there is such a name. On the path of premain.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/">Environment
 *     Variable Specification</a>
 */
final class OtelNames {
    /** How a value is written there. */
    private enum Form {
        PLAIN,
        MILLIS,
        /** Pairs whose values are percent-encoded. */
        PAIRS
    }

    private final Properties properties;
    private final Map<String, String> environment;
    private final Settings settings;

    private OtelNames(Properties properties, Map<String, String> environment, Settings settings) {
        this.properties = properties;
        this.environment = environment;
        this.settings = settings;
    }

    static void read(Properties properties, Map<String, String> environment, Settings settings) {
        new OtelNames(properties, environment, settings).read();
    }

    private void read() {
        Setting disabled = find("OTEL_SDK_DISABLED");
        if (disabled != null && disabled.value().equalsIgnoreCase("true")) {
            return;
        }
        take(Key.RESOURCE_ATTRIBUTES, "OTEL_RESOURCE_ATTRIBUTES", Form.PAIRS);
        take(Key.TRACES_DELAY, "OTEL_BSP_SCHEDULE_DELAY", Form.MILLIS);
        take(Key.METRICS_INTERVAL, "OTEL_METRIC_EXPORT_INTERVAL", Form.MILLIS);
        take(Key.ZIPKIN_ENDPOINT, "OTEL_EXPORTER_ZIPKIN_ENDPOINT", Form.PLAIN);
        propagators();
        word(Key.TRACES_EXPORTER, "OTEL_TRACES_EXPORTER", "none", "otlp", "zipkin");
        word(Key.METRICS_EXPORTER, "OTEL_METRICS_EXPORTER", "none", "otlp");
        sampler();
        Setting protocol = find("OTEL_EXPORTER_OTLP_PROTOCOL");
        if (protocol != null && !protocol.value().equals("http/protobuf")) {
            leaveOut(protocol, "http/protobuf; OpenTelemetry's endpoints are left out too");
            return;
        }
        take(Key.OTLP_ENDPOINT, "OTEL_EXPORTER_OTLP_ENDPOINT", Form.PLAIN);
        take(Key.OTLP_TRACES_ENDPOINT, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", Form.PLAIN);
        take(Key.OTLP_METRICS_ENDPOINT, "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", Form.PLAIN);
        take(Key.OTLP_HEADERS, "OTEL_EXPORTER_OTLP_HEADERS", Form.PAIRS);
        take(Key.OTLP_AUTHORITIES, "OTEL_EXPORTER_OTLP_CERTIFICATE", Form.PLAIN);
        take(Key.OTLP_TIMEOUT, "OTEL_EXPORTER_OTLP_TIMEOUT", Form.MILLIS);
        take(Key.OTLP_COMPRESSION, "OTEL_EXPORTER_OTLP_COMPRESSION", Form.PLAIN);
    }

    private void leaveOut(Setting setting, String taken) {
        settings.notes()
                .add(setting.source() + ": '" + setting.value() + "' is left to others; what is taken is " + taken);
    }

    private void word(Key key, String name, String... known) {
        Setting found = find(name);
        if (found == null) {
            return;
        }
        for (String word : known) {
            if (word.equals(found.value())) {
                settings.fallback(key, word, found.source());
                return;
            }
        }
        leaveOut(found, key.accepts());
    }

    private void propagators() {
        Setting found = find("OTEL_PROPAGATORS");
        if (found == null) {
            return;
        }
        StringBuilder taken = new StringBuilder();
        for (String word : found.value().split(",")) {
            String trimmed = word.trim();
            if (Telemetry.FORMATS.contains(trimmed) || trimmed.equals("none")) {
                taken.append(taken.length() == 0 ? "" : ";").append(trimmed);
            } else {
                leaveOut(found, Key.PROPAGATORS.accepts());
            }
        }
        if (taken.length() > 0) {
            settings.fallback(Key.PROPAGATORS, taken.toString(), found.source());
        }
    }

    private void sampler() {
        Setting sampler = find("OTEL_TRACES_SAMPLER");
        if (sampler == null) {
            return;
        }
        Setting ratio = find("OTEL_TRACES_SAMPLER_ARG");
        switch (sampler.value()) {
            case "parentbased_always_on" -> settings.fallback(Key.TRACES_SAMPLE, "1", sampler.source());
            case "parentbased_always_off" -> settings.fallback(Key.TRACES_SAMPLE, "0", sampler.source());
            case "parentbased_traceidratio" ->
                settings.fallback(
                        Key.TRACES_SAMPLE,
                        ratio == null ? "1" : ratio.value(),
                        ratio == null ? sampler.source() : ratio.source());
            default -> leaveOut(sampler, "parentbased_always_on, parentbased_always_off or parentbased_traceidratio");
        }
    }

    private void take(Key key, String name, Form form) {
        Setting found = find(name);
        if (found != null) {
            String value = found.value();
            switch (form) {
                case PLAIN -> settings.fallback(key, value, found.source());
                case MILLIS -> settings.fallback(key, value + "ms", found.source());
                case PAIRS -> settings.fallback(key, pairs(value), found.source());
            }
        }
    }

    private static String pairs(String encoded) {
        try {
            return URLDecoder.decode(encoded.replace("+", "%2B").replace(',', ';'), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return encoded; // not encoded after all: the reader judges it
        }
    }

    /** A system property wins over the environment; what is empty is not set. */
    private @Nullable Setting find(String name) {
        String property = name.toLowerCase(Locale.ROOT).replace('_', '.');
        String value = properties.getProperty(property);
        if (value != null && !value.isBlank()) {
            return new Setting(name, value.trim(), "-D" + property);
        }
        value = environment.get(name);
        return value == null || value.isBlank() ? null : new Setting(name, value.trim(), name);
    }
}
