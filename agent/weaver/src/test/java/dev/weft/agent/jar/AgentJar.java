package dev.weft.agent.jar;

import dev.weft.agent.Agent;
import dev.weft.agent.index.Index;
import dev.weft.agent.weave.Weaver;
import dev.weft.bootstrap.Premain;
import dev.weft.engine.adapt.Mesh;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.objectweb.asm.ClassReader;

/** Builds an agent jar of the real layout around the test agent and the adapters of the sample library. */
final class AgentJar {
    private AgentJar() {}

    static Path build(Path folder) throws IOException, URISyntaxException {
        Path tests = where(Agent.class);
        Path packed = Files.createDirectories(folder.resolve("packed"));
        Path phone = folder.resolve("phone/dev/weft/adapters/phone");
        copy(tests.resolve("dev/weft/adapters/phone"), phone);
        Index.main(new String[] {packed.toString(), "phone=" + folder.resolve("phone")});

        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.putValue("Premain-Class", Premain.class.getName());
        main.putValue("Agent-Class", Premain.class.getName());
        main.putValue("Can-Retransform-Classes", "true");
        main.putValue("Can-Redefine-Classes", "true");
        Path jar = folder.resolve("weft-test agent.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
            add(out, where(Premain.class), "dev/weft/bootstrap", "");
            add(out, packed, "", "");
            add(out, tests, "dev/weft/agent", "inst/");
            for (Class<?> in : List.of(Weaver.class, Mesh.class, ClassReader.class)) {
                add(out, where(in), "", "inst/");
            }
        }
        return jar;
    }

    static Path where(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName().toString()));
            }
        }
    }

    /** Adds what a folder or jar holds; below {@code inst/} class files become {@code .classdata}. */
    private static void add(JarOutputStream out, Path from, String below, String prefix) throws IOException {
        if (!Files.isDirectory(from)) {
            try (FileSystem jar = FileSystems.newFileSystem(from)) {
                add(out, jar.getPath("/"), below, prefix);
            }
            return;
        }
        try (Stream<Path> files = Files.walk(from.resolve(below))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = from.relativize(file).toString();
                if (prefix.isEmpty() || (name.endsWith(".class") && !name.contains("-info"))) {
                    out.putNextEntry(new ZipEntry(prefix + name + (prefix.isEmpty() ? "" : "data")));
                    out.write(Files.readAllBytes(file));
                    out.closeEntry();
                }
            }
        }
    }
}
