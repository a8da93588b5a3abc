package dev.weft.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Whether an application that was made to start fast still does under the agent: the share of the
 * classes that come from its archive without the agent and still do with it.
 */
final class ClassSharing {
    private static final Pattern READY = Pattern.compile("ready on port (\\d+)");

    private ClassSharing() {}

    static void run(Home home, Path directory, String jdk) throws IOException {
        Path application = directory.resolve("application");
        Started.run(
                directory,
                List.of(
                        home.java().toString(),
                        "-Djarmode=tools",
                        "-jar",
                        home.consumer().toString(),
                        "extract",
                        "--destination",
                        application.toString()));
        Path jar = application.resolve("consumer.jar");
        Path archive = directory.resolve("application.archive");
        boolean aot = Runtime.version().feature() >= 24;
        // The archive is made without the agent; see docs/fast-start.md for the one flag it needs on new JDKs.
        List<String> make = aot
                ? List.of("--add-modules", "java.instrument", "-XX:AOTCacheOutput=" + archive)
                : List.of("-XX:ArchiveClassesAtExit=" + archive);
        run(home, jar, Map.of(), make).end();
        if (Files.notExists(archive)) {
            throw new IllegalStateException("the application has left no archive");
        }
        String use = (aot ? "-XX:AOTCache=" : "-XX:SharedArchiveFile=") + archive;
        List<String> modules = aot ? List.of("--add-modules", "java.instrument") : List.of();
        long without = shared(home, jar, directory, modules, use);
        long with = shared(home, jar, directory, List.of("-javaagent:" + home.agent()), use);
        System.out.printf(Locale.ROOT, "classes from the archive: %d without the agent, %d with it%n", without, with);
        Rounds.result("cds.shared_ratio" + jdk, with / (double) without, "ratio");
    }

    private static long shared(Home home, Path jar, Path directory, List<String> flags, String use) throws IOException {
        Path log = directory.resolve("classes.log");
        List<String> all = new ArrayList<>(flags);
        all.add(use);
        all.add("-Xlog:class+load:file=" + log);
        Map<String, String> environment = Map.of("WEFT_CONTROL_PLANE", "127.0.0.1:1");
        run(home, jar, environment, all).close();
        try (Stream<String> lines = Files.lines(log)) {
            return lines.filter(line -> line.contains("source: shared objects file"))
                    .count();
        }
    }

    private static Started run(Home home, Path jar, Map<String, String> environment, List<String> flags) {
        List<String> command = new ArrayList<>(List.of(home.java().toString()));
        command.addAll(flags);
        command.addAll(List.of("-jar", jar.toString()));
        return Started.until(READY, command, environment);
    }
}
