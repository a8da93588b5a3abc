package dev.weft.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** A running Java process of this user, seen from outside. */
record Jvm(long pid) {

    boolean isAlive() {
        return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
    }

    /** The home of its Java, or null where the system does not tell. */
    @Nullable
    Path home() {
        var command = ProcessHandle.of(pid).flatMap(p -> p.info().command()).orElse(null);
        if (command == null) {
            return null;
        }
        var bin = Path.of(command).toAbsolutePath().getParent();
        return bin == null ? null : bin.getParent();
    }

    /** The {@code release} file of its Java: version and modules; empty where there is none. */
    Properties release() throws IOException {
        var release = new Properties();
        var home = home();
        if (home != null && Files.exists(home.resolve("release"))) {
            try (BufferedReader in = Files.newBufferedReader(home.resolve("release"))) {
                release.load(in);
            }
        }
        release.replaceAll((key, value) -> value.toString().replace("\"", ""));
        return release;
    }

    /** Its feature version, e.g. 17; 0 when unknown. */
    int feature() throws IOException {
        var version = release().getProperty("JAVA_VERSION", "0");
        return Integer.parseInt(version.replaceFirst("^1\\.", "").split("[.\\-+]", 2)[0]);
    }

    /** Its JVM flags, wherever they came from. */
    List<String> flags() throws IOException {
        for (var line : jcmd("VM.command_line")) {
            if (line.startsWith("jvm_args:")) {
                return Arrays.asList(line.substring(9).strip().split(" +"));
            }
        }
        return List.of();
    }

    /** Its system properties as they are now. */
    Properties properties() throws IOException {
        var properties = new Properties();
        properties.load(new StringReader(String.join("\n", jcmd("VM.system_properties"))));
        return properties;
    }

    /** What it counts about classes, or null when it was started with -XX:-UsePerfData. */
    @Nullable
    ClassSharing sharing() throws IOException {
        long shared = -1;
        long loaded = -1;
        for (var line : jcmd("PerfCounter.print")) {
            var parts = line.split("=", 2);
            switch (parts[0]) {
                case "java.cls.sharedLoadedClasses" -> shared = Long.parseLong(parts[1]);
                case "java.cls.loadedClasses" -> loaded = Long.parseLong(parts[1]);
                default -> {}
            }
        }
        return shared < 0 || loaded < 0 ? null : new ClassSharing(feature(), flags(), shared, loaded);
    }

    /** Asks the process itself; this works for the same user only. */
    private List<String> jcmd(String command) throws IOException {
        var tool = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        if (!Files.isExecutable(tool)) {
            throw new IOException("this Java has no jcmd; run weft with a JDK");
        }
        var process = new ProcessBuilder(tool.toString(), Long.toString(pid), command)
                .redirectErrorStream(true)
                .start();
        var lines = new ArrayList<String>();
        try (var out = process.inputReader()) {
            out.lines().forEach(lines::add);
        }
        try {
            if (process.waitFor() != 0) {
                throw new IOException("process " + pid + " can't be asked: " + String.join(" ", lines));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        return lines;
    }
}
