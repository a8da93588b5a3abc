package dev.weft.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A control plane that is not there, dies, is slow, never answers or talks nonsense. */
class ControlPlaneBadDaysTest {
    private static final Duration AT_ONCE = Duration.ofSeconds(3);
    private static final Duration LATE = Duration.ofMillis(150);

    @TempDir
    Path folder;

    private Fleet fleet;

    @BeforeEach
    void start() throws Exception {
        fleet = new Fleet(folder);
    }

    @AfterEach
    void stop() {
        fleet.close();
    }

    /** For one that comes later, or goes and comes back. */
    private static String freeAddress() throws Exception {
        return "127.0.0.1:" + Ports.free();
    }

    /** Whether calls that are none of ours are as fast and as right as without us. */
    private static void otherCallsWorkAtOnce(Caller caller, Listener outside) throws Exception {
        String url = "http://127.0.0.1:" + outside.port();
        caller.get(url + "/first"); // loads the client's classes
        // Who waits for a control plane does so each time, and a busy machine is not always that slow.
        Until.so("other calls work at once", () -> {
            long start = System.nanoTime();
            assertEquals(new Caller.Answer(200, "outside"), caller.get(url + "/x"));
            return System.nanoTime() - start < AT_ONCE.toNanos();
        });
    }

    @Test
    void absentAtTheStartNamesFailWithAReasonAndHealWhenItComes() throws Exception {
        String address = freeAddress();
        try (Listener outside = Listener.saying("outside")) {
            Instance instance = fleet.server("shop", "one", jvm -> jvm.agent("control.plane", address));
            Caller caller = fleet.caller("jdk", jvm -> jvm.agent("control.plane", address));
            otherCallsWorkAtOnce(caller, outside);
            Caller.Answer failed = caller.get("http://shop.default/id");
            assertEquals(0, failed.status());
            assertTrue(failed.body().contains("Exception"), failed.body());
            Until.so("the log says why", () -> caller.admin.log().contains("no control plane"));
            assertTrue(Web.get(instance.url() + "/id").body().equals("one"), "the server serves");

            ControlPlane controlPlane = fleet.controlPlane(address);
            fleet.up(controlPlane, "shop", 1);
            Until.so(
                    "the name has healed",
                    () -> caller.get("http://shop.default/id").equals(new Caller.Answer(200, "one")));
        }
    }

    @Test
    void deadLaterCallsGoOnAndARestartedApplicationWorksFromWhatWasKnown() throws Exception {
        String address = freeAddress();
        ControlPlane controlPlane = fleet.controlPlane(address);
        fleet.server("shop", "one");
        fleet.up(controlPlane, "shop", 1);
        Caller caller =
                fleet.caller("jdk", jvm -> jvm.agent("control.plane", address).agent("state.dir", state()));
        caller.knows("http://shop/id");
        assertEquals(new Caller.Answer(200, "one"), caller.get("http://shop/id"));
        Until.so("what is known is kept", () -> Files.isDirectory(Path.of(state())));

        controlPlane.running().kill();
        Until.so(
                "the agent has noticed",
                () -> !caller.admin
                        .json("/config")
                        .path("controlPlane")
                        .path("connected")
                        .asBoolean());
        Caller.Loaded loaded = caller.load(8, 200, "POST", "http://shop/echo");
        assertEquals(new Caller.Loaded(200, 0, "null"), loaded);

        caller.running.end();
        // It is told no address: the dead one's own word leads it to what was kept, and later to the new one.
        Caller again = fleet.caller("jdk", jvm -> jvm.agent("state.dir", state()));
        again.knows("http://shop/id");
        assertEquals(new Caller.Answer(200, "one"), again.get("http://shop/id"));
        whoWasNoMemberHeedsNoDeadOne();

        ControlPlane restarted = fleet.controlPlane(address);
        fleet.up(restarted, "shop", 1);
        fleet.server("late", "late", jvm -> jvm.agent("control.plane", address));
        fleet.up(restarted, "late", 1);
        Until.so("news arrive again", () -> again.get("http://late/id").status() == 200);
    }

    @Test
    void oneThatComesBackOnAnotherPortIsFoundAgainInTheRuntimeDirectory() throws Exception {
        ControlPlane first = fleet.controlPlane();
        fleet.server("shop", "one");
        fleet.up(first, "shop", 1);
        Caller caller = fleet.caller("jdk");
        caller.knows("http://shop/id");

        first.running().kill();
        ControlPlane second = fleet.controlPlane();
        assertNotEquals(first.xds(), second.xds());
        fleet.server("late", "late");
        fleet.up(second, "late", 1);
        fleet.up(second, "shop", 1);
        Until.so("the caller has found it", () -> caller.get("http://late/id").status() == 200);
        assertEquals(new Caller.Answer(200, "one"), caller.get("http://shop/id"));
    }

    private String state() {
        return folder.resolve("kept").toAbsolutePath().toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"silent", "garbage"})
    void oneThatNeverAnswersOrTalksNonsenseCostsOtherCallsNothing(String kind) throws Exception {
        try (Listener bad = kind.equals("silent") ? Listener.silent() : Listener.garbage();
                Listener outside = Listener.saying("outside")) {
            Caller caller = fleet.caller("hc5", jvm -> jvm.agent("control.plane", bad.address()));
            otherCallsWorkAtOnce(caller, outside);
            Caller.Answer failed = caller.get("http://shop.default/id");
            assertEquals(0, failed.status());
            Until.so("it was tried", () -> bad.accepted() > 0);
            Until.so(
                    "the log says what is wrong",
                    () -> caller.admin.log().contains("no control plane")
                            || caller.admin.log().contains("no directory"));
            otherCallsWorkAtOnce(caller, outside);
            String said = caller.running.errors();
            assertEquals(-1, said.indexOf("weft"), said);
        }
    }

    @Test
    void aSlowOneIsWaitedForByThoseAloneWhoNeedItsWord() throws Exception {
        ControlPlane controlPlane = fleet.controlPlane();
        fleet.server("shop", "one");
        fleet.up(controlPlane, "shop", 1);
        try (SlowRelay slow = new SlowRelay(controlPlane.xds(), LATE);
                Listener outside = Listener.saying("outside")) {
            Waiting first = waiting(slow, outside);
            for (int tries = 1; tries < 5 && first.answer.status() == 0; tries++) {
                first = waiting(slow, outside); // the machine is slow too, and the word came later than a call waits
            }
            assertEquals(new Caller.Answer(200, "one"), first.answer);
            assertTrue(slow.answers() >= 3, slow.answers() + " late answers");
            assertTrue(first.nanos > 2 * LATE.toNanos(), "it didn't wait: " + first.nanos / 1_000_000 + " ms");
            otherCallsWorkAtOnce(first.caller, outside);
        }
    }

    /** A caller's first call by a name. */
    private record Waiting(Caller caller, Caller.Answer answer, long nanos) {}

    private Waiting waiting(SlowRelay slow, Listener outside) throws Exception {
        Caller caller = fleet.caller("jdk", jvm -> jvm.agent("control.plane", slow.address()));
        otherCallsWorkAtOnce(caller, outside);
        long start = System.nanoTime();
        Caller.Answer answer = caller.get("http://shop/id");
        return new Waiting(caller, answer, System.nanoTime() - start);
    }

    /** Its word is still there, and counts for nobody whom it has told nothing. */
    private void whoWasNoMemberHeedsNoDeadOne() throws Exception {
        Path kept = Path.of(state(), "last-known-good");
        Path others = Files.createDirectories(folder.resolve("cache/weft/other"));
        Files.copy(kept, others.resolve(kept.getFileName()));

        Caller without = fleet.caller("jdk", jvm -> jvm);
        long start = System.nanoTime();
        Caller.Answer unknown = without.get("http://shop.default/id");
        long usual = System.nanoTime() - start;

        asWithout(unknown, usual, fleet.caller("jdk"));
        // Nobody has told its name, so that it may turn out to be the other one, until it makes a call.
        asWithout(
                unknown,
                usual,
                fleet.caller("jdk", jvm -> jvm.agent("service", "").agent("state.dir", "")));
    }

    /** @param usual what a first call takes on this machine now, in nanoseconds */
    private static void asWithout(Caller.Answer unknown, long usual, Caller stranger) throws Exception {
        long start = System.nanoTime();
        assertEquals(unknown, stranger.get("http://shop.default/id"));
        long took = System.nanoTime() - start;
        assertTrue(took < AT_ONCE.toNanos() + 3 * usual, took / 1_000_000 + " ms, and " + usual + " ns without us");
        Until.so("nothing of ours runs", () -> threads(stranger.running.pid()).isEmpty());
        assertTrue(!stranger.admin.leavesWord(), "a file in the runtime directory");
        assertEquals("", stranger.running.errors());
    }

    @Test
    void nothingConfiguredAndNothingFoundMeansNoThreadNoFileAndTheSameAnswers() throws Exception {
        try (Listener outside = Listener.saying("outside")) {
            Caller with = fleet.caller("jdk", jvm -> jvm.agent("admin", "true"));
            Caller without = fleet.caller("jdk", jvm -> jvm);
            String page = "http://127.0.0.1:" + outside.port() + "/x";
            assertEquals(without.get(page), with.get(page));
            assertEquals(without.get("http://shop.default/id"), with.get("http://shop.default/id"));
            assertNotEquals("", with.running.said());
            assertEquals("", threads(with.running.pid()));
            assertTrue(!with.admin.leavesWord(), "a file in the runtime directory");
            assertEquals("", with.running.errors());
        }
    }

    /** Our threads in a JVM, as its own tools see them. */
    private static String threads(long pid) {
        Path jstack = Path.of(System.getProperty("java.home"), "bin", "jstack");
        String all = Until.get("jstack is let in", () -> {
            Process dump = new ProcessBuilder(jstack.toString(), String.valueOf(pid))
                    .redirectErrorStream(true)
                    .start();
            String said = new String(dump.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return said.contains("\"main\"") ? said : null;
        });
        return String.join(
                "\n", all.lines().filter(line -> line.startsWith("\"weft")).toList());
    }
}
