package dev.weft.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.agent.apps.Burglar;
import dev.weft.agent.apps.Caller;
import dev.weft.agent.apps.Hello;
import dev.weft.agent.apps.TellingLogManager;
import dev.weft.agent.apps.Threads;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What an application notices of the agent: nothing. Real JVMs, the real jar. */
class ApplicationTest {
    /** Nobody listens there: the agent is at work and finds no control plane. */
    private static final String ABSENT = "control.plane=127.0.0.1:1";

    private static final String NOWHERE = "http://nowhere.invalid/";

    @TempDir
    Path directory;

    static Stream<Path> homes() {
        return Jvm.homes();
    }

    @ParameterizedTest
    @MethodSource("homes")
    void withoutAControlPlaneNothingIsSaidAndNothingWoven(Path home) {
        Jvm.Ended ended = Jvm.of(home).agent("").option("-verbose:class").run(directory, Hello.class);
        assertEquals(0, ended.code());
        assertTrue(ended.out().contains("hello\n"));
        assertFalse(ended.out().contains("dev.weft.agent.weave"), "the weaver was loaded");
        assertEquals("", ended.err());
    }

    @ParameterizedTest
    @MethodSource("homes")
    void withAnAbsentControlPlaneTheOutputIsTheSame(Path home) {
        Jvm.Ended ended = Jvm.of(home).agent(ABSENT).run(directory, Hello.class);
        assertEquals(new Jvm.Ended(0, "hello\n", ""), ended);
    }

    @ParameterizedTest
    @MethodSource("homes")
    void callsGoOnAsWithoutTheAgentWhenTheControlPlaneIsAbsent(Path home) {
        Jvm.Ended without = Jvm.of(home).run(directory, Caller.class, NOWHERE);
        Jvm.Ended with = Jvm.of(home).agent(ABSENT).run(directory, Caller.class, NOWHERE);
        assertEquals(without, with);
    }

    @Test
    void theControlClientIsSilentWhereUnsafeIsDenied() {
        Path jdk25 = Jvm.homes().reduce((first, last) -> last).orElseThrow();
        Jvm jvm = Jvm.of(jdk25).agent(ABSENT);
        if (!jdk25.equals(Path.of(System.getProperty("java.home")))
                || Runtime.version().feature() >= 24) {
            jvm.option("--sun-misc-unsafe-memory-access=deny");
        }
        Jvm.Ended ended = jvm.run(directory, Caller.class, NOWHERE);
        assertEquals("", ended.err());
    }

    @Test
    void anUnknownKeyIsNamedWithItsNearestAndTheApplicationRuns() {
        Jvm.Ended ended = Jvm.here().agent("contol.plane=127.0.0.1:1").run(directory, Hello.class);
        assertEquals("hello\n", ended.out());
        assertEquals(
                "weft: agent argument contol.plane: 'contol.plane' is not a key; the nearest is 'control.plane'\n",
                ended.err());
    }

    @Test
    void aWrongValueIsNamedWithItsSourceAndWhatIsAccepted() {
        Jvm.Ended ended = Jvm.here().agent("").environment("WEFT_DRAIN", "soon").run(directory, Hello.class);
        assertEquals("hello\n", ended.out());
        assertEquals(
                "weft: WEFT_DRAIN: 'soon' is not a value of 'drain', which takes a time such as 500ms, 5s or 1m, at"
                        + " most 10m; '5s' is used\n",
                ended.err());
    }

    @Test
    void theKillSwitchLeavesNothingWoven() {
        Jvm.Ended ended = Jvm.here()
                .agent(ABSENT)
                .option("-verbose:class")
                .environment("WEFT_ENABLED", "false")
                .run(directory, Hello.class);
        assertTrue(ended.out().contains("hello\n"));
        assertFalse(ended.out().contains("dev.weft.agent.weave"));
        assertEquals("", ended.err());
    }

    @ParameterizedTest
    @MethodSource("homes")
    void whatIsSentAndLoggedIsNotLoadedUnlessItIsConfigured(Path home) {
        Jvm jvm = Jvm.of(home).agent(ABSENT).option("-verbose:class");
        String loaded = jvm.run(directory, Caller.class, NOWHERE).out();
        assertTrue(loaded.contains("dev.weft.telemetry.MeshMetrics "), "the agent was not at work");
        for (String none : new String[] {"telemetry.export.", "telemetry.access.", "telemetry.batch.", "Exporters"}) {
            assertFalse(loaded.contains("dev.weft." + none) || loaded.contains("dev.weft.agent." + none), none);
        }
        assertFalse(loaded.contains("dev.weft.agent.config.Telemetry"), "its configuration was read");
    }

    @Test
    void premainStartsNoThread() {
        Jvm.Ended ended = Jvm.here().agent(ABSENT).run(directory, Threads.class);
        assertEquals("[main]\n", ended.out());
    }

    @ParameterizedTest
    @MethodSource("homes")
    void aCustomLogManagerIsNeverInitialised(Path home) {
        String manager = "-Djava.util.logging.manager=" + TellingLogManager.class.getName();
        Jvm.Ended ended = Jvm.of(home).agent(ABSENT).option(manager).run(directory, Caller.class, NOWHERE);
        assertFalse(ended.out().contains("LogManager made"), ended.out());
    }

    @ParameterizedTest
    @MethodSource("homes")
    void javaLangStaysClosedToTheApplication(Path home) {
        Jvm.Ended ended = Jvm.of(home).agent(ABSENT).run(directory, Burglar.class);
        assertEquals("false\nrefused\n", ended.out());
    }

    @Test
    void aTakenAdminPortCostsTheApplicationNothing() throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            String address = "127.0.0.1:" + taken.getLocalPort();
            Process process = Jvm.here()
                    .agent(ABSENT + ",admin.address=" + address)
                    .start(directory, Caller.class, NOWHERE, "stay");
            try {
                String admin = admin(process.pid());
                assertFalse(admin.equals(address), admin);
                assertTrue(get(admin, "/log").contains(address + " can't be served"));
                assertEquals(503, status(admin, "/ready"));
            } finally {
                process.getOutputStream().close();
                process.waitFor();
            }
            assertEquals("", Jvm.read(directory, "err"));
            assertFalse(Files.exists(word(process.pid())), "the word in the runtime directory is left behind");
        }
    }

    @Test
    void theAdminEndpointCanBeSwitchedOff() throws Exception {
        Process process = Jvm.here().agent(ABSENT + ",admin=false").start(directory, Caller.class, NOWHERE, "stay");
        Poll.until("the call is over", () -> !Jvm.read(directory, "out").isEmpty());
        process.getOutputStream().close();
        assertEquals(0, process.waitFor());
        assertFalse(Files.exists(directory.resolve("run")), "something was written to the runtime directory");
    }

    private Path word(long pid) {
        return directory.resolve("run").resolve(pid + ".json");
    }

    private String admin(long pid) throws Exception {
        Poll.until("the agent tells its admin address", () -> Files.exists(word(pid)));
        String file = Files.readString(word(pid));
        int from = file.indexOf("\"admin\":\"") + "\"admin\":\"".length();
        return file.substring(from, file.indexOf('"', from));
    }

    private static String get(String admin, String path) throws IOException, InterruptedException {
        return send(admin, path).body();
    }

    private static int status(String admin, String path) throws IOException, InterruptedException {
        return send(admin, path).statusCode();
    }

    private static HttpResponse<String> send(String admin, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + admin + path))
                .timeout(Duration.ofSeconds(60))
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }
}
