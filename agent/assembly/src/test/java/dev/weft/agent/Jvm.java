package dev.weft.agent;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A JVM of its own with the real agent jar, for one application. */
final class Jvm {
    static final Path AGENT = Path.of("target", "weft-agent.jar").toAbsolutePath();

    private final Path home;
    /** It lives for a second or two. */
    private final List<String> options = new ArrayList<>(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));

    private final Map<String, String> environment = new LinkedHashMap<>();

    record Ended(int code, String out, String err) {}

    private Jvm(Path home) {
        this.home = home;
    }

    /** The JDK that runs this test. */
    static Jvm here() {
        return new Jvm(Path.of(System.getProperty("java.home")));
    }

    /** This JDK and, where {@code JAVA25_HOME} or /usr/lib/jvm has it, JDK 25. */
    static Stream<Path> homes() {
        List<Path> homes = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"))));
        String named = System.getenv("JAVA25_HOME");
        if (named != null) {
            homes.add(Path.of(named));
        } else {
            try (Stream<Path> installed = Files.list(Path.of("/usr/lib/jvm"))) {
                installed
                        .filter(path -> path.getFileName().toString().contains("25"))
                        .filter(path -> Files.isExecutable(path.resolve("bin/java")))
                        .findFirst()
                        .ifPresent(homes::add);
            } catch (IOException e) {
                System.out.println("No /usr/lib/jvm: " + e);
            }
        }
        if (homes.size() == 1 && Runtime.version().feature() != 25) {
            System.out.println("No JDK 25 found (JAVA25_HOME, /usr/lib/jvm/*25*): its cases are left out");
        }
        return homes.stream().distinct();
    }

    static Jvm of(Path home) {
        return new Jvm(home);
    }

    Jvm agent(String args) {
        options.add("-javaagent:" + AGENT + (args.isEmpty() ? "" : "=" + args));
        return this;
    }

    Jvm option(String option) {
        options.add(option);
        return this;
    }

    Jvm environment(String name, String value) {
        environment.put(name, value);
        return this;
    }

    Process start(Path directory, Class<?> main, String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(home.resolve("bin/java").toString()));
        command.addAll(options);
        command.addAll(List.of("-cp", classes(), main.getName()));
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(directory.resolve("out").toFile())
                .redirectError(directory.resolve("err").toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("WEFT_") || name.startsWith("JAVA_TOOL"));
        builder.environment().put("WEFT_RUNTIME_DIR", directory.resolve("run").toString());
        builder.environment().put("XDG_CACHE_HOME", directory.resolve("cache").toString());
        builder.environment().putAll(environment);
        return builder.start();
    }

    Ended run(Path directory, Class<?> main, String... args) {
        try {
            Process process = start(directory, main, args);
            if (!process.waitFor(180, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(main + " did not end");
            }
            return new Ended(process.exitValue(), read(directory, "out"), read(directory, "err"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    static String read(Path directory, String name) throws IOException {
        return Files.readString(directory.resolve(name), StandardCharsets.UTF_8);
    }

    private static String classes() {
        return new File("target/test-classes").getAbsolutePath();
    }
}
