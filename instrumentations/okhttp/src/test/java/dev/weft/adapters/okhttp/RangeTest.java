package dev.weft.adapters.okhttp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.agent.weave.Report;
import dev.weft.contract.Peer;
import dev.weft.contract.Rig;
import dev.weft.contract.Rules;
import java.io.Closeable;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okio.Okio;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The releases that the adapter fits.
 *
 * <p>What begins the range: 3.14 is the first with an {@code Exchange}, and with bodies that say that
 * they can be read once only. 4.4 made the transmitter and the call one; nothing ends it yet.
 */
class RangeTest {
    private static final Pattern KEPT = Pattern.compile("OkHttp: ([0-9]+) .*, left to expire");
    private static final Map<String, ClassLoader> BESIDE = new HashMap<>();

    private static Rig rig;

    @BeforeAll
    static void weave() {
        rig = new Rig(new OkHttp(false));
    }

    @AfterAll
    static void unweave() {
        rig.close();
    }

    @BeforeEach
    void reset() {
        rig.reset();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "okhttp-3.14.0",
                "okhttp-4.1.0",
                "okhttp-4.2.0",
                "okhttp-4.3.0",
                "okhttp-4.4.0",
                "okhttp-4.5.0",
                "okhttp-4.6.0",
                "okhttp-4.7.0",
                "okhttp-4.8.0",
                "okhttp-4.9.0",
                "okhttp-4.10.0",
                "okhttp-4.11.0",
                "okhttp-4.12.0",
                "okhttp-jvm-5.1.0",
                "okhttp-jvm-5.2.0",
                "okhttp-jvm-5.3.0",
                "okhttp-jvm-5.4.0",
                "okhttp-jvm-5.5.0"
            })
    void theFirstReleaseOfAMinorIsWovenAndPassesADeadAndABusyEndpointOver(String release) throws Throwable {
        int before = kept();
        try (var busy = Peer.plain((request, out) -> out.text(503, "busy"));
                var good = Peer.saying("good")) {
            rig.publish(Rules.snapshot(
                    Rules.of(Peer.dead(), busy.endpoint(), good.endpoint()).retrying()));
            assertEquals(
                    200,
                    get(
                            release,
                            6,
                            () -> assertTrue(kept() > before, () -> "a late agent would see " + rig.outside())));
            rig.awaitFinished(6);
            assertTrue(busy.received().size() > 0, "nobody met the busy one");
            assertEquals(6, good.received().size());
        }
        assertEquals(List.of(), rig.bugs());
        boolean twoAddresses = release.contains("-5.4") || release.contains("-5.5");
        assertEquals(
                twoAddresses ? 11 : 10,
                rows(release).size(),
                () -> rows(release).toString());
        for (Report.Row row : rows(release)) {
            assertEquals(Report.State.WOVEN, row.state(), row::toString);
            assertEquals(0, row.bugs(), row::toString);
        }
    }

    @Test
    void aReleaseBeforeTheRangeIsLeftAloneAndTheMissingMemberNamed() throws Throwable {
        rig.publish(Rules.snapshot(Rules.of(Peer.dead())));
        assertThrows(UnknownHostException.class, () -> get("okhttp-3.13.1", 1, () -> {}));
        Report.Row connecting = rows("okhttp-3.13.1").stream()
                .filter(row -> row.adapter().equals(ConnectHook.class.getName()))
                .findFirst()
                .orElseThrow();
        assertEquals(Report.State.REFUSED, connecting.state(), connecting::toString);
        assertTrue(connecting.reason().contains("is missing"), connecting::toString);
        assertEquals(0, rig.finished().size());
        assertEquals(List.of(), rig.bugs());
    }

    /** How many idle connections, or pools of them, an agent that comes now would tell of, of all releases. */
    private static int kept() {
        return rig.outside().stream()
                .map(KEPT::matcher)
                .filter(Matcher::matches)
                .mapToInt(line -> Integer.parseInt(line.group(1)))
                .sum();
    }

    private static List<Report.Row> rows(String release) {
        return rig.report().rows().stream()
                .filter(row -> row.loader().contains("'" + release + "'"))
                .toList();
    }

    /**
     * As an application with this release alone on its class path would.
     *
     * @param then done while the release is there
     */
    private static int get(String release, int times, Runnable then) throws Throwable {
        URL[] jar = {url("target/releases/" + release + ".jar")};
        try (var loader = new URLClassLoader(release, jar, beside(release))) {
            Object client =
                    loader.loadClass("okhttp3.OkHttpClient").getConstructor().newInstance();
            Class<?> builder = loader.loadClass("okhttp3.Request$Builder");
            Class<?> request = loader.loadClass("okhttp3.Request");
            var newCall = client.getClass().getMethod("newCall", request);
            var execute = loader.loadClass("okhttp3.Call").getMethod("execute");
            var code = loader.loadClass("okhttp3.Response").getMethod("code");
            int last = 0;
            for (int i = 0; i < times; i++) {
                Object ready = builder.getConstructor().newInstance();
                builder.getMethod("url", String.class).invoke(ready, "http://" + Rig.NAME + "/");
                Object call = newCall.invoke(client, builder.getMethod("build").invoke(ready));
                try (var answer = (Closeable) execute.invoke(call)) {
                    last = (int) code.invoke(answer);
                }
            }
            then.run();
            return last;
        } catch (InvocationTargetException failed) {
            throw failed.getCause();
        }
    }

    /** What the releases of one major version stand on. */
    private static ClassLoader beside(String release) throws Exception {
        String folder = "target/okhttp-" + (release.contains("-5.") ? "5.5" : "4.12") + "/";
        URL[] jars = release.contains("-3.")
                ? new URL[] {Okio.class.getProtectionDomain().getCodeSource().getLocation()}
                : new URL[] {url(folder + "okio-jvm.jar"), url(folder + "kotlin-stdlib.jar")};
        return BESIDE.computeIfAbsent(
                jars[0].toString(), any -> new URLClassLoader(jars, ClassLoader.getPlatformClassLoader()));
    }

    private static URL url(String file) throws MalformedURLException {
        return Path.of(file).toUri().toURL();
    }
}
