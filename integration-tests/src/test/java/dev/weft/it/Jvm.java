package dev.weft.it;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A JVM that is about to be started: a plain application, unless {@link #agent} is asked for. */
final class Jvm {
    private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();
    static final Path AGENT = REPOSITORY.resolve("agent/assembly/target/weft-agent.jar");
    static final Path WEFT = REPOSITORY.resolve("cli/target/weft.jar");
    static final Path PROXY = REPOSITORY.resolve("native-proxy/target/weft-proxy.jar");
    static final Path CLASSES = Path.of("target", "classes").toAbsolutePath();

    private final Path folder;
    private Path home = Path.of(System.getProperty("java.home"));
    /** For JVMs that live for seconds; and no collection on the way up to the classes that they load. */
    private final List<String> options = new ArrayList<>(List.of(
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-XX:MetaspaceSize=96m",
            "-Xshare:auto",
            "-Xmx160m",
            "-Xss512k"));

    private final List<String> ahead = new ArrayList<>();
    private final List<String> instead = new ArrayList<>();
    private final List<String> before = new ArrayList<>();
    private final Map<String, String> agent = new LinkedHashMap<>();
    private final Map<String, String> environment = new LinkedHashMap<>();
    private boolean hasAgent;

    /** @param folder of the fleet that it belongs to */
    Jvm(Path folder) {
        this.folder = folder;
    }

    /** A JDK 25 on this machine, or null. */
    static @Nullable Path jdk25() throws IOException {
        if (Runtime.version().feature() == 25) {
            return Path.of(System.getProperty("java.home"));
        }
        for (String name : List.of("JAVA_HOME_25", "JAVA25_HOME")) {
            if (System.getenv(name) != null) {
                return Path.of(System.getenv(name));
            }
        }
        Path installed = Path.of("/usr/lib/jvm");
        if (!Files.isDirectory(installed)) {
            return null;
        }
        try (Stream<Path> homes = Files.list(installed)) {
            return homes.filter(home -> home.getFileName().toString().contains("25"))
                    .filter(home -> Files.isExecutable(home.resolve("bin/java")))
                    .findFirst()
                    .orElse(null);
        }
    }

    Jvm home(Path java) {
        home = java;
        return this;
    }

    Jvm option(String option) {
        options.add(option);
        return this;
    }

    /** An agent that stands before ours on the command line. */
    Jvm ahead(String option) {
        ahead.add(option);
        return this;
    }

    /** An agent of the tests' own, in the place of ours. */
    Jvm instead(String option) {
        instead.add(option);
        return this;
    }

    Jvm environment(String key, String value) {
        environment.put(key, value);
        return this;
    }

    /** On a host of its own. */
    Jvm in(Namespace namespace) {
        before.addAll(namespace.inside());
        return this;
    }

    /** Started by another program, which gets its command as arguments. */
    Jvm under(List<String> command) {
        before.addAll(command);
        return this;
    }

    Jvm agent() {
        hasAgent = true;
        return this;
    }

    /** With the agent and this setting. */
    Jvm agent(String key, String value) {
        agent.put(key, value);
        return agent();
    }

    Running jar(String name, Path jar, String... arguments) throws IOException, InterruptedException {
        List<String> what = new ArrayList<>(List.of("-jar", jar.toString()));
        if (jar.equals(WEFT) && home.equals(Path.of(System.getProperty("java.home")))) {
            what.add(0, Archive.option(options));
        }
        return start(name, what, arguments);
    }

    /** Runs a main class of the sample application. */
    Running run(String name, String main, String... arguments) throws IOException {
        return start(name, List.of("-cp", String.join(File.pathSeparator, Libraries.application()), main), arguments);
    }

    /** The same with a class path of its own. */
    Running run(String name, List<String> classPath, String main, String... arguments) throws IOException {
        return start(name, List.of("-cp", String.join(File.pathSeparator, classPath), main), arguments);
    }

    private Running start(String name, List<String> what, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(before);
        command.add(home.resolve("bin/java").toString());
        command.addAll(ahead);
        command.addAll(instead);
        if (hasAgent) {
            List<String> pairs = new ArrayList<>();
            agent.putIfAbsent("service", name);
            agent.putIfAbsent("state.dir", folder.resolve("known-" + name).toString());
            agent.forEach((key, value) -> pairs.add(key + "=" + value));
            command.add("-javaagent:" + AGENT + "=" + String.join(",", pairs));
        }
        command.addAll(options);
        command.add("-Djava.io.tmpdir=" + Files.createDirectories(folder.resolve("tmp")));
        command.addAll(what);
        command.addAll(List.of(arguments));
        Path errors = Files.createTempFile(folder, name + "-", ".err");
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
        builder.environment()
                .keySet()
                .removeIf(key -> key.startsWith("WEFT_") || key.startsWith("JAVA_TOOL") || key.startsWith("GRPC_XDS"));
        builder.environment().put("WEFT_RUNTIME_DIR", folder.resolve("run").toString());
        builder.environment().put("XDG_CACHE_HOME", folder.resolve("cache").toString());
        builder.environment().putAll(environment);
        return new Running(name, builder.start(), errors);
    }
}
