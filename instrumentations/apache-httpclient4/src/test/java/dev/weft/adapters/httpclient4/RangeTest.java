package dev.weft.adapters.httpclient4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.agent.weave.Report;
import dev.weft.contract.LocalMesh;
import dev.weft.contract.Shop;
import java.io.Closeable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.codec.binary.Base64;
import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The releases that the adapter fits, told by its references alone.
 *
 * <p>4.3 brought the chain that the adapter stands in; its class files are version 49, those from 4.4 on
 * version 50. 4.5.14 is the last release.
 */
@Timeout(180)
class RangeTest {
    private final LocalMesh mesh = new LocalMesh();

    @AfterEach
    void detach() {
        mesh.close();
    }

    @ParameterizedTest
    @CsvSource({"4.3.6,4.3.3", "4.4,4.4", "4.5,4.4.1"})
    void aReleaseInTheRangeIsWovenAndPassesADeadEndpointOver(String client, String core) throws Throwable {
        try (var good = Shop.saying(200, "good")) {
            mesh.knows("orders", Shop.deadPort(), good.port());
            for (String maker : List.of("createDefault", "createMinimal")) {
                try (var loader = loader(client, core)) {
                    Object opened = loader.loadClass("org.apache.http.impl.client.HttpClients")
                            .getMethod(maker)
                            .invoke(null);
                    assertEquals(200, get(loader, opened));
                    assertEquals(200, get(loader, opened));
                    ((Closeable) opened).close();
                }
            }
            assertEquals(4, mesh.finished().size());
            assertEquals(List.of(), mesh.bugs());
            List<Report.Row> rows = rows(client);
            assertTrue(rows.size() >= 6, rows::toString);
            for (Report.Row row : rows) {
                assertEquals(Report.State.WOVEN, row.state(), row::toString);
                assertEquals(0, row.bugs(), row::toString);
            }
        }
    }

    @Test
    void aReleaseBeforeTheRangeHasNoPlaceForACallAndCallsAsItDid() throws Throwable {
        mesh.knows("orders", Shop.deadPort());
        try (var loader = loader("4.2.6", "4.2.5")) {
            Object opened = loader.loadClass("org.apache.http.impl.client.DefaultHttpClient")
                    .getConstructor()
                    .newInstance();
            assertThrows(UnknownHostException.class, () -> get(loader, opened));
        }
        assertEquals(0, mesh.finished().size());
        for (Report.Row row : rows("4.2.6")) {
            assertEquals(0, row.bugs(), row::toString);
        }
    }

    /** The client of 4.0 to 4.2 has no chain: it goes from redirect to redirect in one method. */
    @ParameterizedTest
    @CsvSource({"4.3.6,4.3.3", "4.5,4.4.1"})
    void theOldDeprecatedClientIsLeftAlone(String client, String core) throws Throwable {
        mesh.knows("orders", Shop.deadPort());
        try (var loader = loader(client, core)) {
            Object opened = loader.loadClass("org.apache.http.impl.client.DefaultHttpClient")
                    .getConstructor()
                    .newInstance();
            assertThrows(UnknownHostException.class, () -> get(loader, opened));
        }
        assertEquals(0, mesh.finished().size());
    }

    private List<Report.Row> rows(String release) {
        return mesh.weaver().report().rows().stream()
                .filter(row -> row.loader().contains("'" + release + "'"))
                .toList();
    }

    /** As an application with this release alone on its class path has it. */
    private static URLClassLoader loader(String client, String core) throws Exception {
        URL[] jars = {
            jar("httpclient-" + client + ".jar"),
            jar("httpcore-" + core + ".jar"),
            LogFactory.class.getProtectionDomain().getCodeSource().getLocation(),
            Base64.class.getProtectionDomain().getCodeSource().getLocation()
        };
        return new URLClassLoader(client, jars, ClassLoader.getPlatformClassLoader());
    }

    private static int get(ClassLoader loader, Object client) throws Throwable {
        Object get = loader.loadClass("org.apache.http.client.methods.HttpGet")
                .getConstructor(String.class)
                .newInstance("http://orders/");
        Method execute = loader.loadClass("org.apache.http.client.HttpClient")
                .getMethod("execute", loader.loadClass("org.apache.http.client.methods.HttpUriRequest"));
        Method line = loader.loadClass("org.apache.http.HttpResponse").getMethod("getStatusLine");
        Method code = loader.loadClass("org.apache.http.StatusLine").getMethod("getStatusCode");
        try (var answer = (Closeable) execute.invoke(client, get)) {
            return (int) code.invoke(line.invoke(answer));
        } catch (InvocationTargetException failed) {
            throw failed.getCause();
        }
    }

    private static URL jar(String name) throws Exception {
        return Path.of("target/releases", name).toUri().toURL();
    }
}
