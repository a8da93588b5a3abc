package dev.weft.agent.weave;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.weft.agent.TestMesh;
import dev.weft.agent.harness.TestWeaver;
import dev.weft.agent.weave.Report.State;
import java.lang.reflect.InvocationTargetException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Real libraries: releases that an adapter fits, one that it doesn't, and the JDK's own client. */
class ReleasesTest {
    private static final String CAST =
            "org.apache.hc.client5.http.protocol.HttpClientContext#castOrCreate(Lorg/apache/hc/core5/http/protocol/HttpContext;)"
                    + "Lorg/apache/hc/client5/http/protocol/HttpClientContext; is missing";

    private static final String HC5 = "AROUND org.apache.hc.client5.http.impl.classic.InternalHttpClient#doExecute";
    private static final String OLD = "httpclient5-5.0.jar";
    private static final String NEW = "httpclient5-5.6.5.jar";
    private static final String SLF4J = "slf4j-api-1.7.36.jar";
    private static final String NOP = "slf4j-nop-1.7.36.jar";

    private static TestWeaver weaver;
    private static HttpServer server;

    @BeforeAll
    static void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
        weaver = TestWeaver.install(
                TestMesh.make(),
                name -> name.startsWith("dev.weft.adapters.hc5.") || name.startsWith("dev.weft.adapters.jdk."),
                Path.of("target/test-classes"));
    }

    @AfterAll
    static void stop() {
        weaver.close();
        server.stop(0);
    }

    /** GET of a name that no DNS knows, with the library alone in a loader of its own. */
    private int get(String... jars) throws Throwable {
        List<URL> found = new ArrayList<>();
        for (String jar : jars) {
            found.add(Path.of("target/releases", jar).toUri().toURL());
        }
        URL[] urls = found.toArray(URL[]::new);
        try (URLClassLoader loader = new URLClassLoader(jars[0], urls, ClassLoader.getPlatformClassLoader())) {
            Class<?> request = loader.loadClass("org.apache.hc.client5.http.classic.methods.HttpGet");
            Class<?> closeable = loader.loadClass("org.apache.hc.client5.http.impl.classic.CloseableHttpClient");
            Object get = request.getConstructor(String.class)
                    .newInstance("http://order.test:" + server.getAddress().getPort() + "/");
            try (AutoCloseable client =
                    (AutoCloseable) loader.loadClass("org.apache.hc.client5.http.impl.classic.HttpClients")
                            .getMethod("createDefault")
                            .invoke(null)) {
                Object response = closeable
                        .getMethod("execute", loader.loadClass("org.apache.hc.core5.http.ClassicHttpRequest"))
                        .invoke(client, get);
                return (int) loader.loadClass("org.apache.hc.core5.http.HttpResponse")
                        .getMethod("getCode")
                        .invoke(response);
            } catch (InvocationTargetException failed) {
                throw failed.getCause();
            }
        }
    }

    private Report.Row row(String hook, String loader) {
        return weaver.report().rows().stream()
                .filter(row -> row.hook().equals(hook) && row.loader().contains(loader))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aReleaseThatHasAllMembersIsWoven() throws Throwable {
        assertEquals(204, get(NEW, "httpcore5-5.4.4.jar", "httpcore5-h2-5.4.4.jar", SLF4J, NOP));
        assertEquals(State.WOVEN, row(HC5, NEW).state());
    }

    @Test
    void aReleaseThatLacksAMemberWorksAsWithoutUsAndTheMemberIsNamed() {
        assertThrows(UnknownHostException.class, () -> get(OLD, "httpcore5-5.0.jar", SLF4J, NOP));
        Report.Row row = row(HC5, OLD);
        assertEquals(State.REFUSED, row.state());
        assertEquals(CAST, row.reason());
        String line =
                HC5 + " in java.net.URLClassLoader '" + OLD + "' (adapter dev.weft.adapters.hc5.Newer) does nothing: ";
        assertTrue(weaver.log().contains(line + CAST), weaver.log().toString());
    }

    @Test
    void aClassOfThePlatformIsWovenAndOpenedToItsAdapter() throws Exception {
        HttpRequest request = HttpRequest.newBuilder()
                .uri(URI.create("http://order.test:" + server.getAddress().getPort() + "/"))
                .build();
        assertEquals(
                204,
                HttpClient.newHttpClient()
                        .send(request, BodyHandlers.discarding())
                        .statusCode());
        assertEquals(
                State.WOVEN,
                row("AROUND jdk.internal.net.http.HttpClientImpl#send", "").state());
    }
}
