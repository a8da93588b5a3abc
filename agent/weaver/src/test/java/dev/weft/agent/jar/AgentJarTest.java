package dev.weft.agent.jar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.bootstrap.Premain;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sample.App;

/** The jar's layout, its loaders and its start, in JVMs of their own. */
class AgentJarTest {
    @TempDir
    static Path folder;

    private static Path jar;
    private static Path app;

    private record Ran(int exit, List<String> out, List<String> err) {}

    @BeforeAll
    static void build() throws Exception {
        jar = AgentJar.build(folder);
        app = folder.resolve("app");
        AgentJar.copy(AgentJar.where(App.class).resolve("sample"), app.resolve("sample"));
    }

    private static Ran run(String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", app.toString(), "sample.App"));
        if (List.of(options).contains("-Djava.util.logging.manager=sample.App$Loud")) {
            command.add("use the log manager");
        }
        Path out = Files.createTempFile(folder, "out", "");
        Path err = Files.createTempFile(folder, "err", "");
        int exit = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start()
                .waitFor();
        return new Ran(exit, Files.readAllLines(out, StandardCharsets.UTF_8), Files.readAllLines(err));
    }

    private static String agent(String args) {
        return "-javaagent:" + jar + (args.isEmpty() ? "" : "=" + args);
    }

    @Test
    void theApplicationIsWovenAndSeesNothingElseOfTheAgent() throws Exception {
        Ran ran = run(agent(""));
        assertEquals(
                List.of(
                        "log: AFTER sample.Phone#transfer in jdk.internal.loader.ClassLoaders$AppClassLoader 'app' (adapter"
                                + " dev.weft.adapters.phone.Suffix) does nothing: AFTER needs the arguments: the method"
                                + " assigns to its parameters null",
                        "log: AFTER sample.Phone#absent in jdk.internal.loader.ClassLoaders$AppClassLoader 'app' (adapter"
                                + " dev.weft.adapters.phone.Suffix) does nothing: there is no such method null",
                        "call: local",
                        "open to app: false",
                        "open to platform: false",
                        "agent seen: falsefalse",
                        "log manager made: null"),
                ran.out());
        assertEquals(List.of(), ran.err());
        assertEquals(0, ran.exit());
    }

    @Test
    void theLogManagerOfTheApplicationIsLeftToTheApplication() throws Exception {
        Ran ran = run(agent(""), "-Djava.util.logging.manager=sample.App$Loud");
        assertTrue(
                ran.out().containsAll(List.of("call: local", "log manager made: null", "log manager: Loud")),
                ran.toString());
        assertEquals(List.of(), ran.err());
    }

    @Test
    void anOldJvmSaysSoAndRunsTheApplication() {
        String real = System.getProperty("java.specification.version");
        PrintStream stderr = System.err;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
        try {
            for (String old : List.of("1.8", "11")) {
                System.setProperty("java.specification.version", old);
                Premain.premain(null, null);
            }
        } finally {
            System.setProperty("java.specification.version", real);
            System.setErr(stderr);
        }
        assertEquals(
                List.of(
                        "weft: needs Java 17 or newer, this is 1.8; the application runs without it",
                        "weft: needs Java 17 or newer, this is 11; the application runs without it"),
                said.toString(StandardCharsets.UTF_8).lines().toList());
    }

    @Test
    void thePremainClassIsOfJava8() throws Exception {
        byte[] premain;
        try (var in = Premain.class.getResourceAsStream("Premain.class")) {
            premain = in.readAllBytes();
        }
        assertEquals(52, premain[7]);
    }

    @Test
    void whateverFailsInPremainIsOneLineAndTheApplicationRuns() throws Exception {
        Ran ran = run(agent("explode"));
        assertTrue(ran.out().contains("call: [local]"), ran.toString());
        assertEquals(
                List.of("weft: not started, the application runs without it: java.lang.NoClassDefFoundError:"
                        + " something/of/Ours"),
                ran.err());
        assertEquals(0, ran.exit());
    }

    @Test
    void aSecondAgentIsIgnored() throws Exception {
        Ran ran = run(agent(""), agent(""));
        assertTrue(ran.out().contains("call: local"), ran.toString());
        assertEquals(List.of("weft: already in this JVM; the second start is ignored"), ran.err());
    }
}
