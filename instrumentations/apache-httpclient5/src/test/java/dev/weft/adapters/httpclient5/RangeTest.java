package dev.weft.adapters.httpclient5;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.agent.weave.Report;
import dev.weft.contract.LocalMesh;
import dev.weft.contract.Shop;
import java.io.Closeable;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/**
 * The releases that the adapter fits, told by its references alone.
 *
 * <p>What begins the range: 5.0-beta7, with the core it came with, is the first that has {@code
 * TimeValue#toNanoseconds()} and {@code ConnectTimeoutException(String, NamedEndpoint)}; before
 * 5.0-beta5 {@code ExecRuntime#acquireEndpoint} had no exchange id. Nothing ends it yet: 5.4 gave
 * {@code ExecRuntime} default methods and changed the whole TLS of the connection operator, 5.6 added
 * a ninth argument to its {@code connect}, and the adapter needs none of what changed.
 */
@Timeout(180)
class RangeTest {
    private final LocalMesh mesh = new LocalMesh();

    @AfterEach
    void detach() {
        mesh.close();
    }

    @ParameterizedTest
    @CsvSource({"5.1,5.1.1", "5.2,5.2", "5.3,5.2.4", "5.4,5.3", "5.5,5.3.4", "5.6,5.4"})
    void theFirstReleaseOfAMinorIsWovenAndPassesADeadEndpointOver(String client, String core) throws Throwable {
        try (var good = Shop.saying(200, "good")) {
            mesh.knows("orders", Shop.deadPort(), good.port());
            assertEquals(200, get(client, core, 2));
            assertEquals(2, mesh.finished().size());
            assertEquals(List.of(), mesh.bugs());
            for (Report.Row row : rows(client)) {
                assertEquals(Report.State.WOVEN, row.state(), row::toString);
                assertEquals(0, row.bugs(), row::toString);
            }
        }
    }

    @Test
    void aReleaseBeforeTheRangeIsLeftAloneAndTheMissingMemberNamed() throws Throwable {
        mesh.knows("orders", Shop.deadPort());
        assertThrows(UnknownHostException.class, () -> get("5.0-beta6", "5.0-beta9", 1));
        for (Report.Row row : rows("5.0-beta6")) {
            assertEquals(Report.State.REFUSED, row.state(), row::toString);
            assertTrue(
                    row.reason().contains("TimeValue#toNanoseconds()J is missing")
                            || row.reason().contains("there is no such method"),
                    row::toString);
        }
        assertEquals(0, mesh.finished().size());
    }

    private List<Report.Row> rows(String release) {
        List<Report.Row> rows = mesh.weaver().report().rows().stream()
                .filter(row -> row.loader().contains("'" + release + "'"))
                .toList();
        assertTrue(rows.size() >= 3, rows::toString);
        return rows;
    }

    /** As an application with this release alone on its class path would. */
    private static int get(String client, String core, int times) throws Throwable {
        URL[] jars = {
            jar("httpclient5-" + client + ".jar"),
            jar("httpcore5-" + core + ".jar"),
            jar("httpcore5-h2-" + core + ".jar"),
            LoggerFactory.class.getProtectionDomain().getCodeSource().getLocation()
        };
        try (var loader = new URLClassLoader(client, jars, ClassLoader.getPlatformClassLoader())) {
            Class<?> request = loader.loadClass("org.apache.hc.client5.http.classic.methods.HttpGet");
            var execute = loader.loadClass("org.apache.hc.client5.http.impl.classic.CloseableHttpClient")
                    .getMethod("execute", loader.loadClass("org.apache.hc.core5.http.ClassicHttpRequest"));
            var code = loader.loadClass("org.apache.hc.core5.http.HttpResponse").getMethod("getCode");
            try (var opened = (Closeable) loader.loadClass("org.apache.hc.client5.http.impl.classic.HttpClients")
                    .getMethod("createDefault")
                    .invoke(null)) {
                int last = 0;
                for (int i = 0; i < times; i++) {
                    Object get = request.getConstructor(String.class).newInstance("http://orders/");
                    try (var answer = (Closeable) execute.invoke(opened, get)) {
                        last = (int) code.invoke(answer);
                    }
                }
                return last;
            } catch (InvocationTargetException failed) {
                throw failed.getCause();
            }
        }
    }

    private static URL jar(String name) throws Exception {
        return Path.of("target/releases", name).toUri().toURL();
    }
}
