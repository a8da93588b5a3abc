package dev.weft.agent.config;

import dev.weft.protocol.words.Nearest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What stands in the four places where configuration can stand, strongest first: agent arguments,
 * system properties, environment, YAML file; and after them the names that OpenTelemetry has for the same. On the path of premain: no lambdas, no regex.
 */
final class Settings {
    /** Read by others of ours: where processes of one user meet, where the launcher finds itself. */
    private static final String[] NOT_THE_AGENTS = {"WEFT_RUNTIME_DIR", "WEFT_HOME", "WEFT_JAVA"};

    private final Map<String, Setting> found = new TreeMap<>();
    private final List<String> errors = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private boolean otel;

    Settings(@Nullable String args, Properties properties, Map<String, String> environment) {
        arguments(args == null ? "" : args);
        for (String name : properties.stringPropertyNames()) {
            if (name.startsWith("weft.")) {
                String key = name.substring("weft.".length());
                add(known(key), key, String.valueOf(properties.getProperty(name)), "-D" + name);
            }
            otel |= name.startsWith("otel.");
        }
        for (Map.Entry<String, String> entry : environment.entrySet()) {
            String name = entry.getKey();
            if (name.startsWith("WEFT_") && !notTheAgents(name)) {
                String key = name.substring("WEFT_".length());
                add(fromEnvironment(key), key, entry.getValue(), name);
            }
            otel |= name.startsWith("OTEL_");
        }
        Setting file = found.get(Key.CONFIG.key());
        if (file != null && !file.value().isEmpty()) {
            file(file);
        }
        if (otel) {
            OtelNames.read(properties, environment, this);
        }
    }

    private void arguments(String args) {
        int from = 0;
        while (from < args.length()) {
            int comma = args.indexOf(',', from);
            String pair =
                    args.substring(from, comma < 0 ? args.length() : comma).trim();
            from = comma < 0 ? args.length() : comma + 1;
            int equals = pair.indexOf('=');
            if (equals > 0) {
                String key = pair.substring(0, equals).trim();
                String value = pair.substring(equals + 1).trim();
                add(known(key), key, value, "agent argument " + key);
            } else if (!pair.isEmpty()) {
                errors.add("agent argument '" + pair + "' is not key=value");
            }
        }
    }

    private void file(Setting file) {
        for (Map.Entry<String, String> entry :
                YamlFile.read(file.value(), errors).entrySet()) {
            add(known(entry.getKey()), entry.getKey(), entry.getValue(), file.value());
        }
    }

    /** What OpenTelemetry's name for a key says, where no name of ours does. */
    void fallback(Key key, String value, String source) {
        add(key.key(), key.key(), value, source);
    }

    /** Whether this key, or one that stands after it, is set anywhere. */
    boolean anyFrom(Key first) {
        for (Key key : Key.values()) {
            if (key.ordinal() >= first.ordinal() && found.containsKey(key.key())) {
                return true;
            }
        }
        return false;
    }

    /** The first place that has a key wins. */
    private void add(@Nullable String key, String written, String value, String source) {
        if (key == null) {
            errors.add(source + ": '" + written + "' is not a key; the nearest is '" + nearest(written) + "'");
        } else if (!found.containsKey(key)) {
            found.put(key, new Setting(key, value.trim(), source));
        }
    }

    private static String nearest(String written) {
        List<String> keys = new ArrayList<>();
        for (Key key : Key.values()) {
            keys.add(key == Key.INSTRUMENTATION ? "instrumentation.<name>" : key.key());
        }
        return Nearest.of(written.replace('_', '.'), keys);
    }

    private static @Nullable String known(String written) {
        for (Key key : Key.values()) {
            boolean open = key == Key.INSTRUMENTATION && written.startsWith(key.key()) && written.length() > 16;
            if (open || written.equals(key.key()) && key != Key.INSTRUMENTATION) {
                return written;
            }
        }
        return null;
    }

    private static @Nullable String fromEnvironment(String written) {
        String lower = written.toLowerCase(Locale.ROOT);
        for (Key key : Key.values()) {
            if (key != Key.INSTRUMENTATION && lower.equals(key.key().replace('.', '_'))) {
                return key.key();
            }
        }
        String prefix = "instrumentation_";
        boolean open = lower.startsWith(prefix) && lower.length() > prefix.length();
        // Names of instrumentations have no '_', so this reading is the only one.
        return open
                ? Key.INSTRUMENTATION.key() + lower.substring(prefix.length()).replace('_', '-')
                : null;
    }

    private static boolean notTheAgents(String name) {
        for (String other : NOT_THE_AGENTS) {
            if (other.equals(name)) {
                return true;
            }
        }
        return false;
    }

    Setting get(Key key) {
        Setting setting = found.get(key.key());
        return setting != null ? setting : new Setting(key.key(), key.fallback(), Setting.DEFAULT);
    }

    /** Everything that is set or has a default, by key; without the keys of collectors, which are secrets. */
    List<Setting> all() {
        Map<String, Setting> all = new TreeMap<>(found);
        Setting headers = all.get(Key.OTLP_HEADERS.key());
        if (headers != null) {
            all.put(headers.key(), new Setting(headers.key(), "(hidden)", headers.source()));
        }
        for (Key key : Key.values()) {
            if (key != Key.INSTRUMENTATION && !all.containsKey(key.key())) {
                all.put(key.key(), get(key));
            }
        }
        return List.copyOf(all.values());
    }

    Map<String, Setting> found() {
        return found;
    }

    List<String> errors() {
        return errors;
    }

    /** What was left out without being wrong. */
    List<String> notes() {
        return notes;
    }
}
