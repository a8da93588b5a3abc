package dev.weft.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;

/** Where the built things are that are measured. */
final class Home {
    private static final String OTEL = "opentelemetry-javaagent";
    private static final String OTEL_VERSION = "2.33.1";

    private final Path root;

    private Home(Path root) {
        this.root = root;
    }

    /** The project in whose {@code benchmarks/target} this program was built. */
    static Home find() {
        try {
            Path self = Path.of(Home.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return new Home(self.resolve("../../..").normalize());
        } catch (URISyntaxException malformed) {
            throw new IllegalStateException(malformed);
        }
    }

    Path java() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }

    Path agent() {
        return root.resolve("agent/assembly/target/weft-agent.jar");
    }

    Path weft() {
        return root.resolve("cli/target/weft.jar");
    }

    /** The proxy's image. */
    Path proxy() {
        return root.resolve("native-proxy/target/weft-proxy");
    }

    Path consumer() {
        return root.resolve("benchmarks/consumer/target/consumer.jar");
    }

    Path work() {
        return root.resolve("benchmarks/target");
    }

    /** The OpenTelemetry agent, fetched from Maven Central when it is not there. */
    Path otel() {
        Path jar = work().resolve(OTEL + "-" + OTEL_VERSION + ".jar");
        if (!Files.exists(jar)) {
            Started.run(
                    root,
                    List.of(
                            root.resolve("mvnw").toString(),
                            "-q",
                            "-B",
                            "-N",
                            "dependency:copy",
                            "-Dartifact=io.opentelemetry.javaagent:" + OTEL + ":" + OTEL_VERSION,
                            "-DoutputDirectory=" + work()));
        }
        return jar;
    }

    /** An agent that does nothing: what the JVM itself charges for any agent. */
    Path emptyAgent() {
        return jar("empty-agent.jar", EmptyAgent.class, "Premain-Class");
    }

    /** An application that does nothing. */
    Path emptyApplication() {
        return jar("empty-application.jar", EmptyApplication.class, "Main-Class");
    }

    private Path jar(String name, Class<?> type, String attribute) {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue(attribute, type.getName());
        Path jar = work().resolve(name);
        String entry = type.getName().replace('.', '/') + ".class";
        try (var out = new JarOutputStream(Files.newOutputStream(jar), manifest);
                var bytes = Home.class.getResourceAsStream("/" + entry)) {
            out.putNextEntry(new ZipEntry(entry));
            bytes.transferTo(out);
            out.closeEntry();
            return jar;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
