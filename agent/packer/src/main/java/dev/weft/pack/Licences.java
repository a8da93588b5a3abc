package dev.weft.pack;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * The licences of the libraries in the jar. A table names the licence of each artifact that may be
 * bundled; one that it doesn't know stops the build. Notices that lie in the libraries' jars are copied.
 */
final class Licences {
    private final Path table;

    /** @param table lines {@code <artifact prefix> <licence> <where from>}; the texts lie in {@code licences/} beside it */
    Licences(Path table) {
        this.table = table;
    }

    void add(ClassPath classPath, Set<String> packed, Map<String, byte[]> jar) throws IOException {
        Set<String> used = new TreeSet<>();
        for (String name : packed) {
            Path origin = classPath.origin(name + ".class");
            String artifact = origin == null || Files.isDirectory(origin)
                    ? "weft-"
                    : origin.getFileName().toString();
            if (!artifact.startsWith("weft-")) {
                used.add(artifact.replace(".jar", ""));
            }
        }
        List<String> lines = new ArrayList<>();
        Set<String> licences = new TreeSet<>();
        for (String artifact : used) {
            String[] entry = entry(artifact);
            lines.add(artifact + ": " + entry[1] + ", " + entry[2]);
            licences.add(entry[1]);
        }
        String notice = "Weft\n\nThis jar holds parts of these libraries, relocated under dev.weft.shaded:\n\n"
                + String.join("\n", lines) + "\n";
        jar.put("META-INF/NOTICE", notice.getBytes(StandardCharsets.UTF_8));
        for (String licence : licences) {
            Path text = table.resolveSibling("licences").resolve(licence + ".txt");
            jar.put("META-INF/licences/" + licence + ".txt", Files.readAllBytes(text));
        }
        for (String name : classPath.names()) {
            Path origin = classPath.origin(name);
            String artifact =
                    origin == null ? "" : origin.getFileName().toString().replace(".jar", "");
            if (used.contains(artifact)
                    && (name.startsWith("META-INF/NOTICE") || name.startsWith("META-INF/license/"))) {
                jar.put(
                        "META-INF/licences/" + artifact + name.substring("META-INF".length()),
                        Objects.requireNonNull(classPath.bytes(name)));
            }
        }
    }

    private String[] entry(String artifact) throws IOException {
        for (String line : Files.readAllLines(table)) {
            String[] words = line.split(" ", 3);
            if (words.length == 3 && artifact.startsWith(words[0] + "-")) {
                return words;
            }
        }
        throw new IllegalStateException(artifact + " is bundled, but " + table + " doesn't name its licence");
    }
}
