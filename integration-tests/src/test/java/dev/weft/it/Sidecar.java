package dev.weft.it;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A proxy that makes an application of this machine a member of the mesh. */
record Sidecar(Fleet fleet, String service, int port, Running proxy) {
    private static final Pattern LISTENERS = Pattern.compile("outbound (\\S+), admin (\\S+)$");

    /**
     * Starts the proxy and does not wait for it.
     *
     * @param port of the application
     * @param more of its options
     */
    static Sidecar start(Fleet fleet, String service, int port, String... more)
            throws IOException, InterruptedException {
        List<String> options = new ArrayList<>(List.of(
                "--service",
                service,
                "--port",
                String.valueOf(port),
                "--inbound",
                "127.0.0.1:0",
                "--outbound",
                "127.0.0.1:0",
                "--admin.address",
                "127.0.0.1:0",
                "--address",
                "127.0.0.1"));
        options.addAll(List.of(more));
        Running proxy = new Jvm(fleet.folder).jar("proxy-" + service, Jvm.PROXY, options.toArray(String[]::new));
        return new Sidecar(fleet, service, port, fleet.own(proxy));
    }

    /** Where it listens, once it does. */
    Listening listening() throws IOException, InterruptedException {
        Matcher line = LISTENERS.matcher(proxy.line("outbound"));
        assertTrue(line.find(), proxy.said());
        return new Listening(line.group(1), line.group(2));
    }

    /**
     * @param outbound host and port for the application
     * @param admin host and port
     */
    record Listening(String outbound, String admin) {
        String trace(String id) throws IOException, InterruptedException {
            return Web.get("http://" + admin + "/traces/" + id).body();
        }
    }

    /** Starts the application, which knows the proxy by its environment, and waits until it listens. */
    void application(String program, String script, Listening proxy) throws IOException, InterruptedException {
        String file = Path.of("src", "test", "resources", script).toString();
        fleet.program(
                        service,
                        List.of(program, file, String.valueOf(port)),
                        Map.of("http_proxy", "http://" + proxy.outbound))
                .line("listening ");
    }
}
