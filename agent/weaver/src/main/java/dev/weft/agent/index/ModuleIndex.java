package dev.weft.agent.index;

import dev.weft.agent.adapter.AdapterModule;
import dev.weft.agent.adapter.Hook;
import dev.weft.agent.adapter.Reference;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A module of adapters read from a folder of class files: by the agent's build, and by tests. */
public final class ModuleIndex implements AdapterModule {
    private static final String OURS = "dev/weft/";

    private final String name;
    private final Map<String, byte[]> files = new TreeMap<>();
    private final List<Hook> hooks = new ArrayList<>();

    private ModuleIndex(String name) {
        this.name = name;
    }

    /**
     * Reads a folder.
     *
     * @param adapters which of the classes that bear {@code @Weave} count, by class name
     */
    public static ModuleIndex of(String name, Path classes, Predicate<String> adapters) throws IOException {
        ModuleIndex index = new ModuleIndex(name);
        try (Stream<Path> all = Files.walk(classes)) {
            all.filter(file -> file.toString().endsWith(".class")).sorted().forEach(file -> index.add(classes, file));
        }
        for (Map.Entry<String, byte[]> file : index.files.entrySet()) {
            if (adapters.test(file.getKey())) {
                index.hooks.addAll(HookReader.of(file.getValue()));
            }
        }
        return index;
    }

    private void add(Path root, Path file) {
        String path =
                root.relativize(file).toString().replace(file.getFileSystem().getSeparator(), "/");
        if (!path.startsWith(OURS) || path.endsWith("-info.class")) {
            return;
        }
        try {
            files.put(path.substring(0, path.length() - 6).replace('/', '.'), Files.readAllBytes(file));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
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
        return files.keySet();
    }

    @Override
    public byte[] bytes(String className) throws IOException {
        byte[] bytes = files.get(className);
        if (bytes == null) {
            throw new FileNotFoundException(className + " is not in " + name);
        }
        return bytes;
    }

    @Override
    public Map<String, List<Reference>> references() {
        Map<String, List<Reference>> all = new TreeMap<>();
        for (Hook hook : hooks) {
            all.computeIfAbsent(hook.adapter(), this::reachable);
        }
        return all;
    }

    /** What the adapter refers to, and the classes of this module that it uses, and those that they use. */
    private List<Reference> reachable(String adapter) {
        Set<Reference> found = new TreeSet<>();
        Set<String> seen = new HashSet<>();
        ArrayDeque<String> open = new ArrayDeque<>(List.of(adapter));
        for (String next = open.poll(); next != null; next = open.poll()) {
            byte[] bytes = files.get(next);
            if (bytes == null || !seen.add(next)) {
                continue;
            }
            for (Reference reference : ReferenceCollector.of(bytes)) {
                if (reference.owner().startsWith(OURS)) {
                    open.add(reference.owner().replace('/', '.'));
                } else {
                    found.add(reference);
                }
            }
        }
        return List.copyOf(found);
    }
}
