package dev.weft.agent.adapter;

import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A module as the agent jar holds it: {@code META-INF/weft/<name>.hooks} (a {@link Hook} or
 * {@code class <name>} on each line), {@code META-INF/weft/<name>.refs} (an adapter's name after
 * {@code @}, then its {@link Reference}s) and {@code adapters/<name>/**.classdata}.
 */
public final class PackedModule implements AdapterModule {
    private final String name;
    private final ClassLoader agent;
    private final List<Hook> hooks = new ArrayList<>();
    private final Set<String> classes = new HashSet<>();

    private PackedModule(String name, ClassLoader agent) throws IOException {
        this.name = name;
        this.agent = agent;
        for (String line : lines(agent, "META-INF/weft/" + name + ".hooks")) {
            if (line.startsWith("class ")) {
                classes.add(line.substring(6));
            } else {
                hooks.add(Hook.parse(line));
            }
        }
    }

    /** The modules that {@code META-INF/weft/modules} lists, without those named here. */
    public static List<AdapterModule> all(ClassLoader agent, Set<String> without) throws IOException {
        List<AdapterModule> modules = new ArrayList<>();
        for (String name : lines(agent, "META-INF/weft/modules")) {
            if (!without.contains(name)) {
                modules.add(new PackedModule(name, agent));
            }
        }
        return modules;
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

    private static List<String> lines(ClassLoader agent, String resource) throws IOException {
        List<String> lines = new ArrayList<>();
        try (BufferedReader in =
                new BufferedReader(new InputStreamReader(open(agent, resource), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                lines.add(line);
            }
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
