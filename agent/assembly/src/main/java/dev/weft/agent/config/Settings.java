package dev.weft.agent.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What stands in the four places where configuration can stand, strongest first: agent arguments,
 * system properties, environment, YAML file. On the path of premain: no lambdas, no regex.
 */
final class Settings {
    /** Read by others of ours: where processes of one user meet, where the launcher finds itself. */
    private static final String[] NOT_THE_AGENTS = {"WEFT_RUNTIME_DIR", "WEFT_HOME", "WEFT_JAVA"};

    private final Map<String, Setting> found = new TreeMap<>();
    private final List<String> errors = new ArrayList<>();

    Settings(@Nullable String args, Properties properties, Map<String, String> environment) {
        arguments(args == null ? "" : args);
        for (String name : properties.stringPropertyNames()) {
            if (name.startsWith("weft.")) {
                String key = name.substring("weft.".length());
                add(known(key), key, String.valueOf(properties.getProperty(name)), "-D" + name);
            }
        }
        for (Map.Entry<String, String> entry : environment.entrySet()) {
            String name = entry.getKey();
            if (name.startsWith("WEFT_") && !notTheAgents(name)) {
                String key = name.substring("WEFT_".length());
                add(fromEnvironment(key), key, entry.getValue(), name);
            }
        }
        Setting file = found.get(Key.CONFIG.key());
        if (file != null && !file.value().isEmpty()) {
            file(file);
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

    /** The first place that has a key wins. */
    private void add(@Nullable String key, String written, String value, String source) {
        if (key == null) {
            errors.add(source + ": '" + written + "' is not a key; the nearest is '" + Nearest.to(written) + "'");
        } else if (!found.containsKey(key)) {
            found.put(key, new Setting(key, value.trim(), source));
        }
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

    /** Everything that is set or has a default, by key. */
    List<Setting> all() {
        Map<String, Setting> all = new TreeMap<>(found);
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
}
