package dev.weft.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The consumer as somebody would run it: plain, with Weft, with the OpenTelemetry agent. */
enum Variant {
    PLAIN(""),
    WEFT(""),
    OTEL(".otel");

    private static final Pattern READY = Pattern.compile("ready on port (\\d+)");

    /** What the names of its results end with. */
    final String suffix;

    Variant(String suffix) {
        this.suffix = suffix;
    }

    /** Starts the consumer; all flags but the agent are the JVM's defaults. */
    Started start(Home home, Stage stage, String... flags) {
        return Started.until(READY, command(home, flags), stage.environment());
    }

    List<String> command(Home home, String... flags) {
        List<String> command = new ArrayList<>(List.of(home.java().toString()));
        command.addAll(List.of(flags));
        if (this == WEFT) {
            command.add("-javaagent:" + home.agent());
        } else if (this == OTEL) {
            command.add("-javaagent:" + home.otel());
            command.add("-Dotel.traces.exporter=none");
            command.add("-Dotel.metrics.exporter=none");
            command.add("-Dotel.logs.exporter=none");
        }
        command.addAll(List.of("-jar", home.consumer().toString()));
        return command;
    }

    /** The provider as this variant calls it: by the mesh's name, or by address. */
    String url(Stage stage) {
        return this == WEFT ? "http://provider/hello" : "http://127.0.0.1:" + stage.providerPort() + "/hello";
    }

    /** A control plane, and a provider that is a member of the mesh. */
    static final class Stage implements AutoCloseable {
        private final Path directory;
        private final Started controlPlane;
        private final Started provider;

        Stage(Home home, Path directory) {
            this.directory = directory;
            Path rules = directory.resolve("rules");
            rules.toFile().mkdirs();
            String java = home.java().toString();
            controlPlane = Started.until(
                    Pattern.compile("ready|listening|started"),
                    List.of(
                            java,
                            "-jar",
                            home.weft().toString(),
                            "control-plane",
                            "--config",
                            rules.toString(),
                            "--state",
                            directory.resolve("state").toString(),
                            "--xds",
                            "127.0.0.1:0",
                            "--rest",
                            "127.0.0.1:0"),
                    environment());
            provider = Started.until(
                    READY,
                    List.of(
                            java,
                            "-javaagent:" + home.agent(),
                            "-Dspring.application.name=provider",
                            "-jar",
                            home.consumer().toString()),
                    environment());
        }

        /** Of one start, which remembers nothing of those before: its first call meets a name that is not known yet. */
        Map<String, String> environment() {
            try {
                Path known = Files.createTempDirectory(directory, "known");
                return Map.of(
                        "WEFT_RUNTIME_DIR", directory.resolve("run").toString(), "WEFT_STATE_DIR", known.toString());
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }

        /** Keeps the provider on one CPU. */
        void pin(int cpu) {
            provider.pin(cpu);
        }

        int providerPort() {
            return provider.port();
        }

        @Override
        public void close() {
            provider.close();
            controlPlane.close();
        }
    }
}
