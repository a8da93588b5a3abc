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
import java.util.TreeMap;

/**
 * Makes {@code weft-agent.jar} from a runtime class path.
 *
 * <ul>
 *   <li>the bootstrap module as it is, at the root: all that the application's class loader sees;
 *   <li>our modules and what they reach of the libraries as {@code inst/**.classdata}, libraries relocated;
 *   <li>adapter modules as {@code adapters/<module>/**.classdata}, untouched, because they name the
 *       application's classes;
 *   <li>hook tables of the adapters and the licences of the libraries under {@code META-INF}.
 * </ul>
 */
public final class Packer {
    private final Path root;
    private final ClassPath inside = new ClassPath();
    private final Map<String, byte[]> jar = new TreeMap<>();
    private final List<String> roots = new ArrayList<>();

    private Packer(Path root) {
        this.root = root;
    }

    /**
     * @param args the repository's root, a file that holds the class path of the agent's dependencies,
     *     the agent's own classes, the jar to write, a file of licences by artifact, the version
     */
    public static void main(String[] args) throws IOException {
        Path root = Path.of(args[0]).toAbsolutePath().normalize();
        String classPath = Files.readString(Path.of(args[1])).trim();
        Path target = Path.of(args[3]);
        Path licences = Path.of(args[4]);
        List<Path> entries = new ArrayList<>(List.of(Path.of(args[2])));
        for (String entry : classPath.split(java.io.File.pathSeparator)) {
            if (Files.exists(Path.of(entry))) { // a module without classes has no directory
                entries.add(Path.of(entry));
            }
        }
        Stamp stamp = new Stamp(target.resolveSibling("weft-agent.inputs"));
        List<Path> inputs = new ArrayList<>(entries);
        inputs.add(licences);
        inputs.add(licences.resolveSibling("licences"));
        inputs.add(root.resolve("agent/packer/target/classes"));
        String now = stamp.of(inputs) + args[5];
        if (Files.exists(target) && stamp.holds(now)) {
            return;
        }
        new Packer(root).pack(entries, licences, target, args[5]);
        stamp.write(now);
    }

    private void pack(List<Path> entries, Path licences, Path target, String version) throws IOException {
        for (Path entry : entries) {
            read(entry.toAbsolutePath().normalize());
        }
        Reach reach = new Reach(inside, new Edit());
        reach.from(roots);
        Relocation relocation = new Relocation(reach.classes().keySet());
        Map<String, byte[]> packed = new TreeMap<>();
        reach.classes().forEach((name, bytes) -> packed.put(relocation.map(name), relocation.apply(bytes)));
        List<String> missing = new Links().check(packed);
        if (!missing.isEmpty()) {
            throw new IllegalStateException("Stand-ins lack:\n" + String.join("\n", missing));
        }
        packed.forEach((name, bytes) -> jar.put("inst/" + name + ".classdata", bytes));
        services(reach.services(), reach.classes().keySet(), relocation);
        new Licences(licences).add(inside, reach.classes().keySet(), jar);
        Jar.write(target, version, jar);
    }

    private void read(Path entry) throws IOException {
        if (entry.startsWith(root.resolve("bootstrap"))) {
            ClassPath own = new ClassPath();
            for (String name : own.add(entry)) {
                if (name.endsWith(".class")) {
                    put(name, own);
                }
            }
        } else if (entry.startsWith(root.resolve("instrumentations"))) {
            adapter(
                    root.resolve("instrumentations")
                            .relativize(entry)
                            .getName(0)
                            .toString(),
                    entry);
        } else {
            boolean ours = entry.startsWith(root);
            for (String name : inside.add(entry)) {
                boolean declared = name.endsWith("package-info.class") || name.equals("module-info.class");
                // Messages and runtime files of the protocol count only where the agent uses them.
                boolean used = entry.startsWith(root.resolve("protocol"));
                if (ours && !used && name.endsWith(".class") && !declared) {
                    roots.add(name.substring(0, name.length() - ".class".length()));
                }
            }
        }
    }

    private void adapter(String module, Path entry) throws IOException {
        ClassPath own = new ClassPath();
        for (String name : own.add(entry)) {
            if (name.startsWith("META-INF/weft/")) {
                put(name, own);
            } else if (name.endsWith(".class") && !name.endsWith("package-info.class")) {
                byte[] bytes = Objects.requireNonNull(own.bytes(name));
                jar.put("adapters/" + module + "/" + name + "data", bytes);
                for (String reference : References.of(bytes)) {
                    if (reference.startsWith("dev/weft/")) {
                        roots.add(reference);
                    }
                }
            }
        }
    }

    private void put(String name, ClassPath from) {
        jar.put(name, Objects.requireNonNull(from.bytes(name)));
    }

    private void services(Set<String> services, Set<String> packed, Relocation relocation) {
        for (String service : services) {
            StringBuilder out = new StringBuilder();
            for (String provider : Reach.providers(Objects.requireNonNull(inside.bytes(service)))) {
                String name = provider.replace('.', '/');
                if (packed.contains(name)) {
                    out.append(relocation.map(name).replace('/', '.')).append('\n');
                }
            }
            String type = service.substring(ClassPath.SERVICES.length()).replace('.', '/');
            String to = relocation.map(type).replace('/', '.');
            jar.put("inst/" + ClassPath.SERVICES + to, out.toString().getBytes(StandardCharsets.UTF_8));
        }
    }
}
