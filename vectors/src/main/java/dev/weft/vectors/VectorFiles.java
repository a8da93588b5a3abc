package dev.weft.vectors;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;

/** The cases in the folder {@code cases}: in each file a {@code config} for all of it, and {@code cases}. */
public final class VectorFiles {
    private static final Set<String> KEYS =
            Set.of("name", "cites", "config", "steps", "goes", "refused", "unsupported", "random", "wire");

    private VectorFiles() {}

    /** @param folder of the cases */
    public static List<Vector> all(Path folder) {
        List<Vector> all = new ArrayList<>();
        try (var files = Files.walk(folder)) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList()) {
                read(folder, file, all);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all;
    }

    private static void read(Path folder, Path file, List<Vector> into) throws IOException {
        String name = folder.relativize(file).toString();
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        options.setMaxAliasesForCollections(1_000);
        Map<String, Object> document;
        try {
            document = new Yaml(options).load(Files.readString(file));
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
        }
        Map<String, Object> shared = map(document.get("config"));
        for (Map<String, Object> one : maps(document.get("cases"))) {
            if (!KEYS.containsAll(one.keySet())) {
                throw new IllegalArgumentException(
                        name + ": " + one.get("name") + " has a key of " + one.keySet() + " that is none of " + KEYS);
            }
            Map<String, Object> config = new HashMap<>(shared);
            config.putAll(map(one.get("config")));
            into.add(new Vector(
                    name,
                    text(one, "name", name),
                    text(one, "cites", name),
                    config,
                    maps(one.get("steps")),
                    map(one.get("goes")),
                    texts(one.get("refused")),
                    texts(one.get("unsupported")),
                    String.valueOf(one.getOrDefault("random", "1")),
                    Boolean.TRUE.equals(one.get("wire"))));
        }
    }

    private static String text(Map<String, Object> one, String key, String file) {
        return String.valueOf(Objects.requireNonNull(one.get(key), () -> file + ": " + one + " has no " + key));
    }

    /** A mapping of YAML; empty where there is none. */
    @SuppressWarnings("unchecked") // what YAML is read into
    public static Map<String, Object> map(@Nullable Object value) {
        return value == null ? Map.of() : (Map<String, Object>) value;
    }

    /** A list of mappings; empty where there is none. */
    @SuppressWarnings("unchecked") // what YAML is read into
    public static List<Map<String, Object>> maps(@Nullable Object value) {
        return value == null ? List.of() : (List<Map<String, Object>>) value;
    }

    /** A list of texts, or one of them; empty where there is none. */
    public static List<String> texts(@Nullable Object value) {
        List<String> all = new ArrayList<>();
        if (value instanceof List<?> list) {
            list.forEach(one -> all.add(String.valueOf(one)));
        } else if (value != null) {
            all.add(String.valueOf(value));
        }
        return all;
    }
}
