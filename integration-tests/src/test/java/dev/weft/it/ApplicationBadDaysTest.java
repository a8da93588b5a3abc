package dev.weft.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Applications that are not as expected: other loaders, other libraries, another JDK. */
class ApplicationBadDaysTest {
    @TempDir
    static Path folder;

    private static Fleet fleet;
    private static ControlPlane controlPlane;

    @BeforeAll
    static void start() throws Exception {
        fleet = new Fleet(folder);
        controlPlane = fleet.controlPlane();
        fleet.server("shop", "one");
        fleet.up(controlPlane, "shop", 1);
    }

    @AfterAll
    static void stop() {
        fleet.close();
    }

    @Test
    void aLoaderThatHidesEverythingButThePlatformIsWovenLikeAnyOther() throws Exception {
        List<String> arguments = new ArrayList<>(List.of("hc5"));
        arguments.addAll(Libraries.caller());
        Running hidden = new Jvm(fleet.folder)
                .agent()
                .run("hidden", List.of(Jvm.CLASSES.toString()), "sample.Hidden", arguments.toArray(String[]::new));
        Caller caller = fleet.caller(hidden);
        caller.knows("http://shop/id");
        for (String client : List.of("hc5", "jdk", "okhttp")) {
            caller.change(client);
            assertEquals(new Caller.Answer(200, "one"), caller.get("http://shop/id"), client);
            assertEquals("body of POST", caller.post("http://shop/echo").body(), client);
        }
        assertEquals(0, caller.admin.json("/config").path("bugs").asInt());
    }

    @Test
    void anUnsupportedLibraryIsLeftAsItIsAndSaidOnce() throws Exception {
        List<String> classPath = Libraries.unsupported(folder);
        Caller without = fleet.caller(new Jvm(fleet.folder).run("old-without", classPath, "sample.Caller", "hc5"));
        Path log = folder.toAbsolutePath().resolve("agent.log");
        Caller with = fleet.caller(new Jvm(fleet.folder)
                .agent("log.file", log.toString())
                .run("old-with", classPath, "sample.Caller", "hc5"));
        try (Listener outside = Listener.saying("outside")) {
            String page = "http://127.0.0.1:" + outside.port() + "/x";
            for (int i = 0; i < 3; i++) {
                assertEquals(new Caller.Answer(200, "outside"), without.get(page));
                assertEquals(new Caller.Answer(200, "outside"), with.get(page));
                assertEquals(without.get("http://shop.default/id"), with.get("http://shop.default/id"));
            }
            assertEquals(outside.heads().get(0), outside.heads().get(1));
        }
        List<String> said = Files.readAllLines(log).stream()
                .filter(line -> line.contains(" does nothing: "))
                .toList();
        for (String hook : List.of("HttpRequestRetryExec#execute", "ProtocolExec#execute")) {
            List<String> lines =
                    said.stream().filter(line -> line.contains(hook)).toList();
            assertEquals(1, lines.size(), said::toString);
            assertTrue(lines.get(0).contains("ConnectTimeoutException#<init>"), lines::toString);
        }
        assertEquals(without.running.errors(), with.running.errors());
    }

    @Test
    void onJdk25NothingOfOursIsOnStandardError() throws Exception {
        Path jdk25 = Jvm.jdk25();
        if (jdk25 == null) {
            System.out.println("No JDK 25 found (JAVA_HOME_25, /usr/lib/jvm/*25*): its case is left out");
        }
        assumeTrue(jdk25 != null, "a JDK 25");
        Path silent = Files.writeString(folder.resolve("silent.properties"), "handlers=\n");
        UnaryOperator<Jvm> how = jvm -> jvm.home(jdk25)
                .option("--sun-misc-unsafe-memory-access=deny")
                .option("-Djava.util.logging.config.file=" + silent.toAbsolutePath());
        Instance instance = fleet.server("new", "one", how);
        fleet.up(controlPlane, "new", 1);
        Caller caller = fleet.caller("jdk", jvm -> how.apply(jvm).agent());
        caller.knows("http://new/id");
        for (String client : List.of("jdk", "jdk-async")) {
            caller.change(client);
            assertEquals(new Caller.Answer(200, "one"), caller.get("http://new/id"), client);
            assertEquals("body of POST", caller.post("http://new/echo").body(), client);
        }
        caller.running.end();
        assertEquals("", caller.running.errors());
        Caller apache = fleet.caller("hc5", jvm -> how.apply(jvm).agent());
        apache.knows("http://new/id");
        assertEquals(new Caller.Answer(200, "one"), apache.get("http://new/id"));
        assertTrue(apache.running.errors().lines().allMatch(line -> line.startsWith("SLF4J")));
        instance.running().end();
        assertEquals("", instance.running().errors());
    }
}
