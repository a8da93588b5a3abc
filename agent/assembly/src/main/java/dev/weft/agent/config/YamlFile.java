package dev.weft.agent.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/** A YAML file of configuration, nested or dotted. The only class that loads the YAML library. */
final class YamlFile {
    private static final int LIMIT = 64 * 1024;

    private YamlFile() {}

    /** Its values by dotted key; empty when it can't be read, which goes into {@code errors}. */
    static Map<String, String> read(String path, List<String> errors) {
        Map<String, String> values = new TreeMap<>();
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        options.setCodePointLimit(LIMIT);
        try (InputStream in = Files.newInputStream(Path.of(path))) {
            Object root = new Yaml(new SafeConstructor(options)).load(in);
            if (root instanceof Map<?, ?> map) {
                flatten("", map, path, values, errors);
            } else if (root != null) {
                errors.add(path + " is not a YAML mapping");
            }
        } catch (IOException e) {
            errors.add(path + " can't be read: " + e);
        } catch (YAMLException | IllegalArgumentException e) {
            errors.add(path + " is not valid: " + String.valueOf(e.getMessage()).replace('\n', ' '));
        }
        return values;
    }

    private static void flatten(
            String prefix, Map<?, ?> map, String path, Map<String, String> values, List<String> errors) {
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            String key = prefix + entry.getKey();
            Object value = entry.getValue();
            if (value instanceof Map<?, ?> nested && key.equals(Key.LABELS.key())) {
                values.put(key, pairs(nested));
            } else if (value instanceof Map<?, ?> nested) {
                flatten(key + ".", nested, path, values, errors);
            } else if (value instanceof List<?>) {
                errors.add(path + ": '" + key + "' is a list, which no key takes");
            } else {
                values.put(key, value == null ? "" : value.toString());
            }
        }
    }

    private static String pairs(Map<?, ?> map) {
        StringBuilder out = new StringBuilder();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            out.append(out.length() == 0 ? "" : ";");
            out.append(entry.getKey()).append('=').append(entry.getValue());
        }
        return out.toString();
    }
}
