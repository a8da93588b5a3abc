package dev.weft.agent.adapter;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A module as the agent jar holds it: {@code META-INF/weft/hooks} tells of all of them ({@code module <name>}, then a
 * {@link Hook} or {@code class <name>} on each line; one file, because each costs an application's start),
 * {@code META-INF/weft/<name>.refs} (an adapter's name after {@code @}, then its {@link Reference}s) and
 * {@code adapters/<name>/**.classdata}.
 */
public final class PackedModule implements AdapterModule {
    private final String name;
    private final ClassLoader agent;
    private final List<Hook> hooks = new ArrayList<>();
    private final Set<String> classes = new HashSet<>();

    private PackedModule(String name, ClassLoader agent) {
        this.name = name;
        this.agent = agent;
    }

    /** All modules of the jar, without those named here. */
    public static List<AdapterModule> all(ClassLoader agent, Set<String> without) throws IOException {
        List<AdapterModule> modules = new ArrayList<>();
        PackedModule module = null;
        for (String line : lines(agent, "META-INF/weft/hooks")) {
            if (line.startsWith("module ")) {
                module = new PackedModule(line.substring(7), agent);
                if (!without.contains(module.name)) {
                    modules.add(module);
                }
            } else if (module != null) {
                module.add(line);
            }
        }
        return modules;
    }

    private void add(String line) {
        if (line.startsWith("class ")) {
            classes.add(line.substring(6));
        } else {
            hooks.add(Hook.parse(line));
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<Hook> hooks() {
        return hooks;
    }

    @Override
    public Set<String> classes() {
        return classes;
    }

    @Override
    public byte[] bytes(String className) throws IOException {
        try (InputStream in = open(agent, "adapters/" + name + "/" + className.replace('.', '/') + ".classdata")) {
            return in.readAllBytes();
        }
    }

    @Override
    public Map<String, List<Reference>> references() throws IOException {
        Map<String, List<Reference>> all = new HashMap<>();
        List<Reference> current = new ArrayList<>();
        for (String line : lines(agent, "META-INF/weft/" + name + ".refs")) {
            if (line.startsWith("@")) {
                current = new ArrayList<>();
                all.put(line.substring(1), current);
            } else {
                current.add(Reference.parse(line));
            }
        }
        return all;
    }

    /** Without a reader and its decoder, which nothing else loads while an application starts. */
    private static List<String> lines(ClassLoader agent, String resource) throws IOException {
        String text;
        try (InputStream in = open(agent, resource)) {
            text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        List<String> lines = new ArrayList<>();
        int start = 0;
        for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
            lines.add(text.substring(start, end));
            start = end + 1;
        }
        return lines;
    }

    private static InputStream open(ClassLoader agent, String resource) throws IOException {
        InputStream in = agent.getResourceAsStream(resource);
        if (in == null) {
            throw new FileNotFoundException(resource + " is not in the agent jar");
        }
        return in;
    }
}
