package dev.weft.proxy.config;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * Text by key, from the command line, else the environment, else a YAML file, else the default; and what is wrong with
 * it, all at once. A variable that is not ours may be the agent's, so it is left alone; a key of the file may not.
 */
final class Values {
    private static final int LARGEST_FILE = 64 * 1024;

    private record Value(String text, String source) {}

    private final Map<Key, Value> found = new EnumMap<>(Key.class);
    private final List<String> errors = new ArrayList<>();

    /** @param file null for none */
    Values(Map<Key, String> line, Map<String, String> environment, @Nullable Path file) {
        line.forEach((key, text) -> add(key, text, "--" + key.key()));
        for (Key key : Key.values()) {
            String text = environment.get(key.environment());
            if (text != null) {
                add(key, text, key.environment());
            }
        }
        if (file != null) {
            read(file);
        }
    }

    private void add(Key key, String text, String source) {
        found.putIfAbsent(key, new Value(text.trim(), source));
    }

    private void read(Path file) {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        options.setCodePointLimit(LARGEST_FILE);
        try (Reader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            Object root = new Yaml(new SafeConstructor(options)).load(in);
            if (root instanceof Map<?, ?> map) {
                flatten("", map, file);
            } else if (root != null) {
                errors.add(file + " is not a YAML mapping");
            }
        } catch (IOException e) {
            errors.add(file + " can't be read: " + e);
        } catch (YAMLException e) {
            errors.add(file + " is not valid: " + String.valueOf(e.getMessage()).replace('\n', ' '));
        }
    }

    private void flatten(String prefix, Map<?, ?> map, Path file) {
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            String name = prefix + entry.getKey();
            Object value = entry.getValue();
            Key key = of(name);
            if (key != null && (key.isPairs() || key == Key.HEALTH_HTTP_HEADERS) && value instanceof Map<?, ?> pairs) {
                add(key, joined(name, pairs, file), file.toString());
            } else if (value instanceof Map<?, ?> nested) {
                flatten(name + ".", nested, file);
            } else if (key == null) {
                errors.add(file + ": '" + name + "' is not a key; the nearest is '" + Key.nearest(name) + "'");
            } else if (value instanceof List<?>) {
                errors.add(file + ": '" + name + "' is a list, which no key takes");
            } else {
                add(key, value == null ? "" : value.toString(), file.toString());
            }
        }
    }

    private String joined(String name, Map<?, ?> pairs, Path file) {
        StringBuilder joined = new StringBuilder();
        pairs.forEach((one, text) -> {
            if (String.valueOf(text).contains(";")) {
                errors.add(file + ": '" + name + "." + one + "' has a ';', which separates pairs");
            }
            joined.append(one).append('=').append(text).append(';');
        });
        return joined.toString();
    }

    private static @Nullable Key of(String name) {
        for (Key key : Key.values()) {
            if (key.key().equals(name)) {
                return key;
            }
        }
        return null;
    }

    /** Every key, as it stands. */
    List<Setting> settings() {
        List<Setting> all = new ArrayList<>();
        for (Key key : Key.values()) {
            Value value = found.get(key);
            String source = value == null || value.text().isEmpty() ? "default" : value.source();
            all.add(new Setting(key.key(), shown(key), source));
        }
        return all;
    }

    List<String> errors() {
        return errors;
    }

    boolean isSet(Key key) {
        return !text(key).isEmpty();
    }

    /** Whether somebody has set it, also where there is a default. */
    boolean isWritten(Key key) {
        Value value = found.get(key);
        return value != null && !value.text().isEmpty();
    }

    String text(Key key) {
        Value value = found.get(key);
        return value == null || value.text().isEmpty() ? key.fallback() : value.text();
    }

    /** It is not what the key takes. */
    void refuse(Key key) {
        Value value = found.get(key);
        String source = value == null ? "default" : value.source();
        errors.add(
                source + ": '" + shown(key) + "' is not a value of '" + key.key() + "', which takes " + key.accepts());
    }

    private String shown(Key key) {
        return key.isSecret() && isWritten(key) ? "(hidden)" : text(key);
    }

    boolean on(Key key) {
        return word(key, "true", "false").equals("true");
    }

    String word(Key key, String... words) {
        for (String word : words) {
            if (word.equals(text(key))) {
                return word;
            }
        }
        refuse(key);
        return key.fallback();
    }

    String name(Key key) {
        if (!text(key).matches("[A-Za-z0-9_-]+")) {
            refuse(key);
        }
        return text(key);
    }

    int number(Key key, int least, int most) {
        try {
            int number = Integer.parseInt(text(key));
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            refuse(key);
            return least;
        }
        refuse(key);
        return least;
    }

    /** From 0 to 1. */
    double share(Key key) {
        try {
            double share = Double.parseDouble(text(key));
            if (share >= 0 && share <= 1) {
                return share;
            }
        } catch (NumberFormatException e) {
            refuse(key);
            return 1;
        }
        refuse(key);
        return 1;
    }

    long nanos(Key key) {
        return nanos(key, 1, Long.MAX_VALUE);
    }

    /** @param least of nanoseconds, as {@code most} */
    long nanos(Key key, long least, long most) {
        String text = text(key);
        int unit = 0;
        while (unit < text.length() && unit < 9 && Character.isDigit(text.charAt(unit))) {
            unit++;
        }
        long each = switch (text.substring(unit)) {
            case "ms" -> 1_000_000L;
            case "s" -> 1_000_000_000L;
            case "m" -> 60_000_000_000L;
            default -> 0;
        };
        long count = unit == 0 ? 0 : Long.parseLong(text.substring(0, unit));
        long nanos = count * each;
        if (unit == 0 || each == 0 || nanos / each != count || nanos < least || nanos > most) {
            refuse(key);
            return 1;
        }
        return nanos;
    }

    Map<String, String> pairs(Key key) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String pair : text(key).split(";", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                pairs.put(
                        pair.substring(0, equals).trim(),
                        pair.substring(equals + 1).trim());
            } else if (!pair.isBlank()) {
                refuse(key);
            }
        }
        return pairs;
    }

    @Nullable
    Path file(Key key) {
        return isSet(key) ? Path.of(text(key)) : null;
    }
}
