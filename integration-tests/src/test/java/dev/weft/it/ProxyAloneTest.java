package dev.weft.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A proxy whose control plane is gone. That time changes nothing then is told where its client's clock is turned by hand. */
@Tag("long")
class ProxyAloneTest {
    private static final Pattern LISTENERS = Pattern.compile("outbound (\\S+), admin (\\S+)$");

    @TempDir
    Path folder;

    private Fleet fleet;

    @AfterEach
    void stop() {
        fleet.close();
    }

    private record Proxy(Running running, String outbound, String admin, int database) {
        /** The status of an answer to a request for {@code stock}. */
        String status(String path) throws IOException {
            return Web.raw(outbound, "GET " + path + " HTTP/1.1", "Host: stock", "Connection: close");
        }

        /** The first line of what the database says. */
        String said() throws IOException {
            try (Socket socket = new Socket("127.0.0.1", database)) {
                socket.setSoTimeout(60_000);
                socket.getOutputStream().write("SELECT\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                        .readLine();
            }
        }

        void isAsItWas() throws IOException {
            for (int i = 0; i < 20; i++) {
                assertEquals("HTTP/1.1 200 OK", status("/"));
                assertTrue(status("/rule").startsWith("HTTP/1.1 418 "));
                assertEquals("HTTP/1.1 200 OK", said());
            }
        }
    }

    private Proxy proxy(String name) throws Exception {
        int database = Ports.free();
        Running running = fleet.own(new Jvm(fleet.folder)
                .jar(
                        name,
                        Jvm.PROXY,
                        "--service",
                        "asker",
                        "--outbound",
                        "127.0.0.1:0",
                        "--admin.address",
                        "127.0.0.1:0",
                        "--tcp.listeners",
                        "127.0.0.1:" + database + "=db:5432",
                        "--state.dir",
                        folder.resolve("kept").toAbsolutePath().toString()));
        Matcher listeners = LISTENERS.matcher(running.line("outbound"));
        assertTrue(listeners.find(), running.said());
        return new Proxy(running, listeners.group(1), listeners.group(2), database);
    }

    @Test
    void whatWasKnownCountsOnAndForAProxyThatStartsMeanwhileToo() throws Exception {
        fleet = new Fleet(folder);
        try (Listener stock = Listener.saying("stock")) {
            fleet.rule("stock.yaml", """
                    apiVersion: networking.istio.io/v1
                    kind: ServiceEntry
                    metadata: {name: stock}
                    spec:
                      hosts: [stock]
                      ports: [{number: 80, name: http, targetPort: %1$d}]
                      resolution: STATIC
                      endpoints: [{address: 127.0.0.1}]
                    ---
                    apiVersion: networking.istio.io/v1
                    kind: ServiceEntry
                    metadata: {name: db}
                    spec:
                      hosts: [db]
                      ports: [{number: 5432, name: tcp, protocol: TCP, targetPort: %1$d}]
                      resolution: STATIC
                      endpoints: [{address: 127.0.0.1}]
                    ---
                    apiVersion: networking.istio.io/v1
                    kind: VirtualService
                    metadata: {name: stock}
                    spec:
                      hosts: [stock]
                      http:
                        - match: [{uri: {prefix: /rule}}]
                          directResponse: {status: 418, body: {string: by rule}}
                        - route: [{destination: {host: stock}}]
                    """.formatted(stock.port()));
            ControlPlane controlPlane = fleet.controlPlane();
            Proxy first = proxy("first");
            Until.so("it knows the names", () -> first.status("/").endsWith("200 OK") && first.said() != null);

            controlPlane.running().kill();
            Until.so(
                    "it has noticed",
                    () -> Web.get("http://" + first.admin + "/config").body().contains("\"connected\":false"));
            first.isAsItWas();
            String other = Web.raw(first.outbound, "GET / HTTP/1.1", "Host: other", "Connection: close");
            assertTrue(other.startsWith("HTTP/1.1 404 "), other);

            first.running.end();
            proxy("second").isAsItWas();
        }
    }
}
