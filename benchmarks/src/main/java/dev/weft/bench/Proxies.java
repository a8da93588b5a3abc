package dev.weft.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Proxies side by side before one server: ours, which is first, nginx, and HAProxy where no log is compared. Each is one
 * process with one thread at work, all on the same CPU; the server has the other.
 */
final class Proxies implements AutoCloseable {
    /** Bodies that the server gives, by path. */
    private static final Map<String, Integer> BODIES = Map.of("small", 1024, "large", 65_536);

    private static final String LOG_FORMAT = "log_format json escape=json '{\"start_time\":\"$time_iso8601\","
            + "\"method\":\"$request_method\",\"path\":\"$request_uri\",\"protocol\":\"$server_protocol\","
            + "\"response_code\":$status,\"bytes_received\":$request_length,\"bytes_sent\":$body_bytes_sent,"
            + "\"duration\":$request_time,\"upstream_host\":\"$upstream_addr\",\"authority\":\"$host\","
            + "\"user_agent\":\"$http_user_agent\",\"request_id\":\"$http_x_request_id\"}';";

    private static final Pattern READY = Pattern.compile("xds 127\\.0\\.0\\.1:(\\d+), rest");
    private static final Pattern ADMIN = Pattern.compile("admin 127\\.0\\.0\\.1:(\\d+)$");
    private static final Pattern ALLOCATED = Pattern.compile("(?m)^weft_worker_allocated_bytes_total (\\S+)$");
    private static final long LOOK_NANOS = 20_000_000;
    private static final int LOOKS = 1500;

    private final List<Started> others = new ArrayList<>();
    private final List<One> all = new ArrayList<>();
    private final int admin;

    /** One that is measured. */
    record One(String name, Started process, String url) {}

    /**
     * @param logged whether each writes a JSON access log
     * @param services that are in the mesh beside the one that is called
     */
    Proxies(Home home, boolean logged, int services) throws IOException {
        Path directory = Files.createTempDirectory("weft-bench");
        int[] ports = free(4);
        Path bodies = Files.createDirectories(directory.resolve("bodies"));
        for (Map.Entry<String, Integer> body : BODIES.entrySet()) {
            Files.writeString(bodies.resolve(body.getKey()), "x".repeat(body.getValue()));
        }
        String cached = "open_file_cache max=10 inactive=1h;";
        Started server = nginx(directory, "server", ports[0], "root " + bodies + ";", cached, "off");
        others.add(server);
        await(ports[0]);
        server.pin(1);
        Path rules = Files.createDirectories(directory.resolve("rules"));
        Files.writeString(rules.resolve("bench.yaml"), rules(ports[0], services));
        Map<String, String> environment = Map.of(
                "WEFT_RUNTIME_DIR", directory.resolve("run").toString(),
                "XDG_CACHE_HOME", directory.resolve("cache").toString());
        Started plane = Started.until(
                READY,
                List.of(
                        home.java().toString(),
                        "-jar",
                        home.weft().toString(),
                        "control-plane",
                        "--config",
                        rules.toString(),
                        "--xds",
                        "127.0.0.1:0",
                        "--rest",
                        "127.0.0.1:0",
                        "--state",
                        directory.resolve("state").toString()),
                environment);
        others.add(plane);
        Started ours = ours(home, ports[1], plane.port(), environment, logged ? directory.resolve("weft.log") : null);
        this.admin = ours.port();
        add("weft", ours, ports[1]);
        String log = logged ? directory.resolve("nginx.log") + " json buffer=64k flush=1s" : "off";
        add("nginx", nginx(directory, "nginx", ports[2], FORWARD, LOG_FORMAT + upstream(ports[0]), log), ports[2]);
        if (!logged) {
            add("haproxy", haproxy(directory, ports[3], ports[0]), ports[3]);
        }
    }

    private static final String FORWARD =
            "proxy_pass http://behind; proxy_http_version 1.1; proxy_set_header Connection \"\";";

    private void add(String name, Started process, int port) throws IOException {
        all.add(new One(name, process, "http://127.0.0.1:" + port));
        await(port);
        process.pin(0);
    }

    /** With the options of the launcher. */
    private static Started ours(
            Home home, int port, int xds, Map<String, String> environment, @Nullable Path accessLog) {
        List<String> command = new ArrayList<>(List.of(home.java().toString()));
        command.addAll(List.of(
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-Dio.netty.buffer.checkBounds=false",
                "-Dio.netty.buffer.checkAccessible=false",
                "-jar",
                home.proxy().toString(),
                "--service",
                "bench-client",
                "--outbound",
                "127.0.0.1:" + port,
                "--admin.address",
                "127.0.0.1:0",
                "--control.plane",
                "127.0.0.1:" + xds,
                "--tracing",
                "false",
                "--workers",
                "1"));
        if (accessLog != null) {
            command.addAll(List.of("--access.log", accessLog.toString(), "--access.log.encoding", "json"));
        }
        return Started.until(ADMIN, command, environment);
    }

    private static String rules(int server, int others) {
        StringBuilder rules = new StringBuilder(rule("bench", server));
        for (int i = 0; i < others; i++) {
            rules.append("---\n").append(rule("other-" + i, server));
        }
        return rules.toString();
    }

    private static String rule(String host, int server) {
        return String.format(Locale.ROOT, """
                apiVersion: networking.istio.io/v1
                kind: ServiceEntry
                metadata: {name: %1$s}
                spec:
                  hosts: [%1$s]
                  ports: [{number: 80, name: http, protocol: HTTP, targetPort: %2$d}]
                  resolution: STATIC
                  endpoints: [{address: 127.0.0.1}]
                """, host, server);
    }

    private static String upstream(int server) {
        return "upstream behind { server 127.0.0.1:" + server + "; keepalive 64; keepalive_requests 1000000000; }";
    }

    private static Started nginx(Path directory, String name, int port, String location, String more, String log)
            throws IOException {
        Path home = Files.createDirectories(directory.resolve(name));
        StringBuilder temporary = new StringBuilder();
        for (String kind : List.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")) {
            temporary
                    .append(kind)
                    .append("_temp_path ")
                    .append(home.resolve(kind))
                    .append("; ");
        }
        Files.writeString(
                home.resolve("nginx.conf"),
                String.format(Locale.ROOT, """
                daemon off; master_process off; worker_processes 1; pid %s/pid; error_log %s/errors;
                events { worker_connections 1024; }
                http {
                  sendfile on; keepalive_requests 1000000000; %s
                  %s
                  access_log %s;
                  server { listen 127.0.0.1:%d; location / { %s } }
                }
                """, home, home, temporary, more, log, port, location));
        return Started.now(
                List.of(
                        "nginx",
                        "-p",
                        home.toString(),
                        "-c",
                        home.resolve("nginx.conf").toString()),
                Map.of());
    }

    private static Started haproxy(Path directory, int port, int server) throws IOException {
        Path file = Files.writeString(directory.resolve("haproxy.cfg"), String.format(Locale.ROOT, """
                global
                  maxconn 4000
                  nbthread 1
                defaults
                  mode http
                  timeout client 60s
                  timeout server 60s
                  timeout connect 5s
                  timeout http-request 10s
                  http-reuse always
                frontend in
                  bind 127.0.0.1:%d
                  default_backend behind
                backend behind
                  server one 127.0.0.1:%d
                """, port, server));
        return Started.now(List.of("haproxy", "-db", "-f", file.toString()), Map.of());
    }

    private static int[] free(int count) throws IOException {
        int[] ports = new int[count];
        List<ServerSocket> held = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            held.add(socket);
            ports[i] = socket.getLocalPort();
        }
        for (ServerSocket socket : held) {
            socket.close();
        }
        return ports;
    }

    private static void await(int port) throws IOException {
        IOException last = new IOException("not looked yet");
        for (int i = 0; i < LOOKS; i++) {
            try {
                new Socket(InetAddress.getLoopbackAddress(), port).close();
                return;
            } catch (IOException refused) {
                last = refused;
                LockSupport.parkNanos(LOOK_NANOS);
            }
        }
        throw new IOException("nobody listens on port " + port, last);
    }

    List<One> all() {
        return all;
    }

    /** Bytes that the event loops of ours have allocated. */
    long allocated() {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + admin + "/metrics"))
                    .build();
            String text = HttpClient.newHttpClient()
                    .send(request, HttpResponse.BodyHandlers.ofString())
                    .body();
            Matcher allocated = ALLOCATED.matcher(text);
            if (!allocated.find()) {
                throw new IllegalStateException("no number of allocated bytes in " + text);
            }
            return (long) Double.parseDouble(allocated.group(1));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    @Override
    public void close() {
        all.forEach(one -> one.process().close());
        others.forEach(Started::close);
    }
}
