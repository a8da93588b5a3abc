package dev.weft.pack;

import dev.weft.agent.index.Index;
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
 *   <li>the agent and all it reaches of our modules and of other libraries, these relocated, in {@code inst/classes}
 *       (see {@link ClassPack});
 *   <li>adapter modules as {@code adapters/<module>/**.classdata}, not relocated, because they name the
 *       application's classes;
 *   <li>hook tables of the adapters and the licences of the libraries under {@code META-INF}.
 * </ul>
 */
public final class Packer {
    /** What premain calls, and what the weaver defines into the boot loader. */
    private static final String AGENT = "dev/weft/agent/Entry";

    private static final String LINK = "java/lang/WeftLink";
    private static final String STAND_INS = "dev/weft/agent/log/jul/";

    private final Path root;
    private final ClassPath inside = new ClassPath();
    private final Map<String, byte[]> jar = new TreeMap<>();
    private final Map<String, Path> adapters = new TreeMap<>();
    private final List<String> roots = new ArrayList<>(List.of(AGENT, LINK));

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
        adapters(Folder.empty(target.resolveSibling("adapters")));
        Reach reach = new Reach(inside, new Edit());
        reach.from(roots);
        Map<String, byte[]> plain = new TreeMap<>();
        reach.classes().forEach((name, bytes) -> plain.putAll(Plain.of(name, bytes)));
        Relocation relocation = new Relocation(plain.keySet());
        Map<String, byte[]> packed = new TreeMap<>();
        plain.forEach((name, bytes) -> packed.put(relocation.map(name), relocation.apply(bytes)));
        List<String> missing = new Links().check(packed);
        if (!missing.isEmpty()) {
            throw new IllegalStateException("Stand-ins lack:\n" + String.join("\n", missing));
        }
        ClassPack classes = new ClassPack();
        packed.forEach((name, bytes) -> classes.add(name.replace('/', '.'), bytes));
        jar.put("inst/classes", classes.bytes());
        services(reach.services(), reach.classes().keySet(), relocation);
        new Licences(licences).add(inside, reach.classes().keySet(), jar);
        Jar.write(target, version, jar);
    }

    private void read(Path entry) throws IOException {
        if (entry.startsWith(root.resolve("bootstrap"))) {
            ClassPath own = new ClassPath();
            for (String name : own.add(entry)) {
                if (name.endsWith(".class") && !name.endsWith("package-info.class")) {
                    put(name, own);
                }
            }
        } else if (entry.startsWith(root.resolve("instrumentations"))) {
            String module = root.resolve("instrumentations")
                    .relativize(entry)
                    .getName(0)
                    .toString();
            adapters.put(module, root.resolve("instrumentations/" + module + "/target/classes"));
        } else {
            for (String name : inside.add(entry)) {
                if (name.startsWith(STAND_INS) && name.endsWith(".class")) {
                    roots.add(name.substring(0, name.length() - ".class".length()));
                }
            }
        }
    }

    /** Adapters are indexed by the weaver's own tool, so that the two can't disagree. */
    private void adapters(Path work) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(work.toString()));
        adapters.forEach((name, classes) -> arguments.add(name + "=" + classes));
        Index.main(arguments.toArray(new String[0]));
        ClassPath indexed = new ClassPath();
        for (String name : indexed.add(work)) {
            byte[] bytes = Objects.requireNonNull(indexed.bytes(name));
            jar.put(name, name.endsWith(".classdata") ? Plain.records(bytes) : bytes);
            if (name.endsWith(".classdata")) {
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
