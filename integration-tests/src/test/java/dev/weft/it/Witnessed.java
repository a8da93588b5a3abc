package dev.weft.it;

import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Opcodes;

/**
 * What stands in a JVM at one moment: our classes, threads, shutdown hooks, sockets, and the code of some classes.
 *
 * @param code in a form that does not depend on the constant pool, which keeps old entries when code changes
 */
record Witnessed(
        List<String> ours, Set<String> threads, List<String> hooks, Set<String> sockets, Map<String, String> code) {
    /** Seen from within by an agent that is not ours. */
    static Witnessed of(Fleet fleet, long pid, Set<String> classes) throws Exception {
        Path folder = Files.createTempDirectory(fleet.folder, "witness-");
        Files.write(folder.resolve("classes"), classes); // too many for an argument: a JVM takes 1,024 bytes
        var vm = VirtualMachine.attach(String.valueOf(pid));
        try {
            vm.loadAgent(jar(fleet).toString(), folder.toString());
        } finally {
            vm.detach();
        }
        return read(folder, pid);
    }

    /** With these sockets beside its own. */
    Witnessed plus(Set<String> more) {
        Set<String> all = new TreeSet<>(sockets);
        all.addAll(more);
        return new Witnessed(ours, threads, hooks, all, code);
    }

    private static Witnessed read(Path folder, long pid) throws IOException {
        List<String> report = Files.readAllLines(folder.resolve("report"));
        Map<String, String> code = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".class")).toList()) {
                code.put(String.valueOf(file.getFileName()), canonical(Files.readAllBytes(file)));
            }
        }
        return new Witnessed(
                told(report, "class "),
                new TreeSet<>(told(report, "thread ")),
                told(report, "hook "),
                sockets(pid),
                code);
    }

    private static List<String> told(List<String> report, String what) {
        return report.stream()
                .filter(line -> line.startsWith(what))
                .map(line -> line.substring(what.length()))
                .sorted()
                .toList();
    }

    /** Without the version: the JVM makes it Java 7's, where it was older, once a class is woven. */
    private static String canonical(byte[] bytes) {
        ClassWriter out = new ClassWriter(0);
        new ClassReader(bytes)
                .accept(
                        new ClassVisitor(Opcodes.ASM9, out) {
                            @Override
                            public void visit(
                                    int version,
                                    int access,
                                    String name,
                                    String signature,
                                    String superName,
                                    String[] interfaces) {
                                int shown = Math.max(version & 0xffff, Opcodes.V1_7);
                                super.visit(shown, access, name, signature, superName, interfaces);
                            }
                        },
                        0);
        return HexFormat.of().formatHex(out.toByteArray());
    }

    /** Where its sockets lead, of whichever kind; empty where the system doesn't tell. */
    private static Set<String> sockets(long pid) throws IOException {
        Set<String> inodes = new TreeSet<>();
        Path descriptors = Path.of("/proc", String.valueOf(pid), "fd");
        if (!Files.isDirectory(descriptors)) {
            return inodes;
        }
        try (Stream<Path> open = Files.list(descriptors)) {
            for (Path one : open.toList()) {
                String to = target(one);
                if (to.startsWith("socket:[")) {
                    inodes.add(to.substring("socket:[".length(), to.length() - 1));
                }
            }
        }
        Set<String> ends = new TreeSet<>();
        List<String[]> tcp = new ArrayList<>(table("tcp", 9, inodes));
        tcp.addAll(table("tcp6", 9, inodes));
        Set<Integer> served = new TreeSet<>();
        for (String[] words : tcp) {
            if (words[3].equals("0A")) {
                served.add(port(words[1]));
                ends.add("listens on " + port(words[1]));
            }
        }
        for (String[] words : tcp) {
            if (!words[3].equals("0A")) {
                int own = port(words[1]);
                ends.add(served.contains(own) ? "serves on " + own : "talks to " + port(words[2]));
            }
        }
        for (String kind : List.of("udp", "udp6")) {
            table(kind, 9, inodes).forEach(words -> ends.add("datagrams on " + port(words[1])));
        }
        // One without a path is known by its inode: it is the same one afterwards or it is new.
        table("unix", 6, inodes).forEach(words -> ends.add("unix " + words[words.length > 7 ? 7 : 6]));
        return ends;
    }

    /** The lines of a table of the system's that are about these sockets, in words. */
    private static List<String[]> table(String kind, int inode, Set<String> inodes) throws IOException {
        Path table = Path.of("/proc/net", kind);
        if (!Files.isReadable(table)) {
            return List.of(); // a system without IPv6
        }
        return Files.readAllLines(table).stream()
                .map(line -> line.strip().split(" +"))
                .filter(words -> words.length > inode && inodes.contains(words[inode]))
                .toList();
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }

    private static int port(String address) {
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1), 16);
    }

    private static Path jar(Fleet fleet) throws IOException {
        Path jar = fleet.folder.resolve("witness.jar");
        if (Files.exists(jar)) {
            return jar;
        }
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.putValue("Agent-Class", "sample.Witness");
        main.putValue("Can-Retransform-Classes", "true");
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file, manifest);
                Stream<Path> classes = Files.list(Jvm.CLASSES.resolve("sample"))) {
            for (Path one : classes.filter(
                            path -> String.valueOf(path.getFileName()).startsWith("Witness"))
                    .toList()) {
                out.putNextEntry(new JarEntry("sample/" + one.getFileName()));
                Files.copy(one, out);
                out.closeEntry();
            }
        }
        return jar;
    }
}
