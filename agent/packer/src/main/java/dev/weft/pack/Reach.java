package dev.weft.pack;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.objectweb.asm.ClassReader;

/**
 * Which classes of a class path the agent can need: everything reachable from its roots, with the
 * providers of every service whose interface is reachable. Works on the classes as they will be
 * packed, so that what was cut out of them is not followed.
 */
final class Reach {
    private final ClassPath classPath;
    private final Edit edit;
    private final Map<String, byte[]> classes = new LinkedHashMap<>();
    private final Set<String> services = new LinkedHashSet<>();
    private final Deque<String> open = new ArrayDeque<>();

    Reach(ClassPath classPath, Edit edit) {
        this.classPath = classPath;
        this.edit = edit;
    }

    void from(Collection<String> roots) {
        for (String root : roots) {
            meet(root);
        }
        while (!open.isEmpty()) {
            String name = open.pop();
            for (String reference : References.of(Objects.requireNonNull(classes.get(name)))) {
                meet(reference);
            }
            String service = ClassPath.SERVICES + name.replace('/', '.');
            byte[] providers = classPath.bytes(service);
            if (providers != null && services.add(service)) {
                for (String provider : providers(providers)) {
                    meet(provider.replace('.', '/'));
                }
            }
        }
    }

    private void meet(String name) {
        if (classes.containsKey(name)) {
            return;
        }
        byte[] found = classPath.classBytes(name);
        if (found != null) {
            classes.put(name, edit.apply(new ClassReader(found)));
            open.push(name);
        }
    }

    /** By internal name, edited. */
    Map<String, byte[]> classes() {
        return classes;
    }

    Set<String> services() {
        return services;
    }

    static Set<String> providers(byte[] file) {
        Set<String> names = new LinkedHashSet<>();
        for (String line : new String(file, StandardCharsets.UTF_8).split("\n")) {
            int comment = line.indexOf('#');
            String name = (comment < 0 ? line : line.substring(0, comment)).trim();
            if (!name.isEmpty()) {
                names.add(name);
            }
        }
        return names;
    }
}
