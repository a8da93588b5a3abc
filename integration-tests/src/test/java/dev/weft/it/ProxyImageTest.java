package dev.weft.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code weft package proxy} makes, on a machine without Java. */
@Tag("long")
class ProxyImageTest {
    private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern FLAGS = Pattern.compile("(?m)^proxy_flags='(.+)'$");
    private static final Pattern OUTBOUND = Pattern.compile("outbound (\\S+), admin (\\S+)$");
    private static final long MIB = 1 << 20;
    private static final double MOSTLY = 0.9;

    @TempDir
    Path folder;

    /** A JDK by its version. */
    record Jdk(int feature, Path home) {
        /** The JVM of Java 25 is larger, and so is what its cache knows of classes. */
        long most() {
            return (feature < 25 ? 79 : 88) * MIB;
        }
    }

    static List<Jdk> itServesWithAJavaOfItsOwn() throws IOException {
        List<Jdk> all = new ArrayList<>();
        for (int feature : new int[] {17, 25}) {
            Path home =
                    feature == Runtime.version().feature() ? Path.of(System.getProperty("java.home")) : jdk(feature);
            if (home != null) {
                all.add(new Jdk(feature, home));
            }
        }
        return all;
    }

    private static @Nullable Path jdk(int feature) throws IOException {
        String named = System.getenv("JAVA_HOME_" + feature);
        if (named != null) {
            return Path.of(named);
        }
        try (Stream<Path> homes = Files.list(Path.of("/usr/lib/jvm"))) {
            return homes.filter(home -> home.getFileName().toString().contains("-" + feature + "-"))
                    .filter(home -> Files.isExecutable(home.resolve("bin/jlink")))
                    .findFirst()
                    .orElse(null);
        }
    }

    @ParameterizedTest
    @MethodSource
    void itServesWithAJavaOfItsOwn(Jdk jdk) throws Exception {
        Path made = make(jdk, folder.resolve("made"));
        assertTrue(size(made) <= jdk.most(), size(made) + " bytes");
        Path image = Files.move(made, folder.resolve("another place"));
        try (Fleet fleet = new Fleet(folder)) {
            fleet.controlPlane();
            int behind = fleet.outsider("behind").port();
            fleet.rule("behind.yaml", """
                    apiVersion: networking.istio.io/v1
                    kind: ServiceEntry
                    metadata: {name: behind}
                    spec:
                      hosts: [behind]
                      ports: [{number: 80, name: http, protocol: HTTP, targetPort: %d}]
                      resolution: STATIC
                      endpoints: [{address: 127.0.0.1}]
                    """.formatted(behind));
            Path loaded = folder.resolve("loaded");
            Running proxy = start(fleet, image, behind, "-Xlog:class+load:file=" + loaded);
            Matcher outbound = OUTBOUND.matcher(proxy.line("outbound "));
            assertTrue(outbound.find(), proxy.said());
            Until.so(
                    "a request goes to the service",
                    () -> Web.raw(outbound.group(1), "GET /id HTTP/1.1", "Host: behind", "Connection: close")
                            .startsWith("HTTP/1.1 200 "));
            proxy.end();
            assertEquals(143, proxy.process.exitValue(), proxy.said());
            assertTrue(shared(loaded) > MOSTLY, shared(loaded) + " of its classes came from the archive");
        }
    }

    private Path make(Jdk jdk, Path image) throws IOException, InterruptedException {
        Matcher flags = FLAGS.matcher(Files.readString(REPOSITORY.resolve("weft")));
        assertTrue(flags.find());
        Path said = folder.resolve("package.log");
        ProcessBuilder builder = new ProcessBuilder(
                "sh",
                REPOSITORY.resolve("native-proxy/src/package/package.sh").toString(),
                REPOSITORY.toString(),
                String.valueOf(jdk.feature()),
                flags.group(1),
                image.toString());
        builder.environment().put("JAVA_HOME", jdk.home().toString());
        Process process =
                builder.redirectErrorStream(true).redirectOutput(said.toFile()).start();
        assertEquals(0, process.waitFor(), () -> text(said));
        return image;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static long size(Path image) throws IOException {
        try (Stream<Path> files = Files.walk(image)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    /** Where nothing is but what any system has. */
    private Running start(Fleet fleet, Path image, int port, String option) throws Exception {
        SelfSigned papers = SelfSigned.make(folder, "CN=image", "dns:image");
        Path commands = Files.createDirectories(folder.resolve("commands"));
        for (String name : List.of("dirname", "readlink")) {
            Path real = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                    .map(directory -> Path.of(directory, name))
                    .filter(Files::isExecutable)
                    .findFirst()
                    .orElseThrow();
            Path script = Files.writeString(commands.resolve(name), "#!/bin/sh\nexec " + real + " \"$@\"\n");
            Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        }
        Path linked = Files.createSymbolicLink(folder.resolve("linked"), image.resolve("bin/weft-proxy"));
        Path errors = Files.createTempFile(folder, "image-", ".err");
        ProcessBuilder builder = new ProcessBuilder(
                        linked.toString(),
                        "--service",
                        "image",
                        "--port",
                        String.valueOf(port),
                        "--inbound",
                        "127.0.0.1:0",
                        "--inbound.tls",
                        "tls",
                        "--tls.certificate",
                        papers.chain().toString(),
                        "--tls.key",
                        papers.key().toString(),
                        "--outbound",
                        "127.0.0.1:0",
                        "--admin.address",
                        "127.0.0.1:0",
                        "--drain",
                        "1s")
                .redirectError(errors.toFile());
        builder.environment().clear();
        builder.environment()
                .putAll(Map.of(
                        "PATH",
                        commands.toString(),
                        "JDK_JAVA_OPTIONS",
                        option,
                        "WEFT_RUNTIME_DIR",
                        fleet.folder.resolve("run").toString(),
                        "XDG_CACHE_HOME",
                        fleet.folder.resolve("cache").toString()));
        return fleet.own(new Running("image", builder.start(), errors));
    }

    /** The part of all classes that has not been read from class files. */
    private static double shared(Path loaded) throws IOException {
        List<String> lines = Files.readAllLines(loaded, StandardCharsets.UTF_8).stream()
                .filter(line -> line.contains(" source: "))
                .toList();
        long shared = lines.stream()
                .filter(line -> line.contains("shared objects file"))
                .count();
        return (double) shared / lines.size();
    }
}
