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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Proxies side by side before one server: ours, which is first, and those that it is compared with. Each is one
 * process with one thread at work, all on the same CPU; the server has the other, with all that makes the load.
 */
final class Proxies implements AutoCloseable {
    private static final int SMALL = 1024;

    /** Bodies that the server gives, by path. */
    private static final Map<String, Integer> BODIES = Map.of("small", SMALL, "large", 65_536, "huge", 1 << 20);

    private static final String LOG_FORMAT = "log_format json escape=json '{\"start_time\":\"$time_iso8601\","
            + "\"method\":\"$request_method\",\"path\":\"$request_uri\",\"protocol\":\"$server_protocol\","
            + "\"response_code\":$status,\"bytes_received\":$request_length,\"bytes_sent\":$body_bytes_sent,"
            + "\"duration\":$request_time,\"upstream_host\":\"$upstream_addr\",\"authority\":\"$host\","
            + "\"user_agent\":\"$http_user_agent\",\"request_id\":\"$http_x_request_id\"}';";

    private static final Pattern READY = Pattern.compile("xds 127\\.0\\.0\\.1:(\\d+), rest");
    private static final Pattern ADMIN = Pattern.compile("admin 127\\.0\\.0\\.1:(\\d+)$");
    private static final Pattern ALLOCATED = Pattern.compile("(?m)^weft_worker_allocated_bytes_total (\\S+)$");
    private static final String CERTIFICATE = "certificate.pem";
    private static final String KEY = "key.pem";
    private static final long LOOK_NANOS = 20_000_000;
    private static final int LOOKS = 1500;

    private final List<Started> others = new ArrayList<>();
    private final List<One> all = new ArrayList<>();
    private final List<String> command;
    private final Map<String, String> environment;
    private final int admin;

    /** What is compared. */
    enum Kind {
        /** Ours, nginx and HAProxy lead requests on. */
        HTTP,
        /** Ours and nginx do, and write a JSON access log. */
        LOG,
        /** Ours and nginx end TLS before the server. */
        TLS,
        /** Ours and HAProxy lead connections on. */
        TCP,
        /** Ours and HAProxy lead calls on, HTTP/2 on either side. */
        GRPC,
        /** Ours alone with its defaults, as a sidecar has it: requests out of the application, and TLS before it. */
        SIDECAR,
        /** Ours alone, in whose place another may come. */
        RESTART;

        boolean isSecured() {
            return this == TLS || this == SIDECAR;
        }
    }

    /** The path of the one gRPC method; the file's ending says which type its answer has. */
    static final String METHOD = "bench.Echo/Say.grpc";

    private static final String RESTART_SOCKET = "restart.sock";

    /** One that is measured. */
    record One(String name, Started process, String url) {}

    /** @param services that are in the mesh beside the one that is called */
    Proxies(Home home, Kind kind, int services) throws IOException {
        Path directory = Files.createTempDirectory("weft-bench");
        int[] ports = free(5);
        Path bodies = Files.createDirectories(directory.resolve("bodies"));
        for (Map.Entry<String, Integer> body : BODIES.entrySet()) {
            Files.writeString(bodies.resolve(body.getKey()), "x".repeat(body.getValue()));
        }
        String cached = "open_file_cache max=10 inactive=1h;";
        Started server = kind == Kind.GRPC
                ? nghttpd(directory, bodies, ports[0])
                : nginx(directory, "server", String.valueOf(ports[0]), "root " + bodies + ";", cached, "off");
        others.add(server);
        await(ports[0]);
        server.pin(1);
        Path rules = Files.createDirectories(directory.resolve("rules"));
        Files.writeString(rules.resolve("bench.yaml"), rules(kind, ports[0], services));
        this.environment = Map.of(
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
        plane.pin(1);
        if (kind.isSecured()) {
            certify(directory);
        }
        this.command = ours(home, kind, plane.port(), options(kind, ports, directory));
        Started ours = Started.until(ADMIN, command, environment);
        this.admin = ours.port();
        String scheme = kind == Kind.TLS ? "https" : "http";
        add("weft", ours, scheme, ports[1]);
        if (kind == Kind.SIDECAR) {
            add("weft, inbound", ours, "https", ports[4]);
        }
        String log = kind == Kind.LOG ? directory.resolve("nginx.log") + " json buffer=64k flush=1s" : "off";
        String secured = kind == Kind.TLS
                ? " ssl_certificate " + directory.resolve(CERTIFICATE) + "; ssl_certificate_key "
                        + directory.resolve(KEY) + "; ssl_session_tickets off;"
                : "";
        if (kind == Kind.HTTP || kind == Kind.LOG || kind == Kind.TLS) {
            String listen = ports[2] + (kind == Kind.TLS ? " ssl" : "");
            String block = LOG_FORMAT + upstream(ports[0]) + secured;
            add("nginx", nginx(directory, "nginx", listen, FORWARD, block, log), scheme, ports[2]);
        }
        if (kind == Kind.HTTP || kind == Kind.TCP || kind == Kind.GRPC) {
            add("haproxy", haproxy(directory, kind, ports[3], ports[0]), scheme, ports[3]);
        }
    }

    private static List<String> options(Kind kind, int[] ports, Path directory) {
        return switch (kind) {
            case HTTP, GRPC -> List.of("--outbound", "127.0.0.1:" + ports[1]);
            case RESTART ->
                List.of(
                        "--outbound",
                        "127.0.0.1:" + ports[1],
                        "--hot.restart",
                        directory.resolve(RESTART_SOCKET).toString(),
                        "--drain",
                        "20s");
            case LOG ->
                List.of(
                        "--outbound",
                        "127.0.0.1:" + ports[1],
                        "--access.log",
                        directory.resolve("weft.log").toString(),
                        "--access.log.encoding",
                        "json");
            case TLS -> secured(0, ports[0], ports[1], directory);
            case SIDECAR -> secured(ports[1], ports[0], ports[4], directory);
            case TCP -> List.of("--outbound", "127.0.0.1:0", "--tcp.listeners", "127.0.0.1:" + ports[1] + "=bench:80");
        };
    }

    private static List<String> secured(int outbound, int application, int inbound, Path directory) {
        return List.of(
                "--outbound",
                "127.0.0.1:" + outbound,
                "--port",
                String.valueOf(application),
                "--inbound",
                "127.0.0.1:" + inbound,
                "--inbound.tls",
                "tls",
                "--tls.certificate",
                directory.resolve(CERTIFICATE).toString(),
                "--tls.key",
                directory.resolve(KEY).toString());
    }

    /** What others use too: P-256. */
    private static void certify(Path directory) throws IOException {
        Process process = new ProcessBuilder(
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "ec",
                        "-pkeyopt",
                        "ec_paramgen_curve:prime256v1",
                        "-nodes",
                        "-days",
                        "30",
                        "-subj",
                        "/CN=bench",
                        "-keyout",
                        directory.resolve(KEY).toString(),
                        "-out",
                        directory.resolve(CERTIFICATE).toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!Files.exists(directory.resolve(CERTIFICATE))) {
            throw new IOException("openssl: " + said);
        }
    }

    private static final String FORWARD =
            "proxy_pass http://behind; proxy_http_version 1.1; proxy_set_header Connection \"\";";

    private void add(String name, Started process, String scheme, int port) throws IOException {
        all.add(new One(name, process, scheme + "://127.0.0.1:" + port));
        await(port);
        process.pin(0);
    }

    /** From its image, as people run it; with nothing but what it needs where it is not compared. */
    private static List<String> ours(Home home, Kind kind, int xds, List<String> more) {
        List<String> command = new ArrayList<>(List.of(
                home.proxy().resolve("bin/weft-proxy").toString(),
                "--service",
                "bench-client",
                "--admin.address",
                "127.0.0.1:0",
                "--control.plane",
                "127.0.0.1:" + xds));
        if (kind != Kind.SIDECAR) {
            command.addAll(List.of("--tracing", "false", "--workers", "1"));
        }
        command.addAll(more);
        return command;
    }

    /** Ours once more with the same options: to take the place of the one before. */
    Started again() {
        Started next = Started.until(ADMIN, command, environment);
        others.add(next);
        next.pin(0);
        return next;
    }

    private static String rules(Kind kind, int server, int others) {
        StringBuilder rules = new StringBuilder(rule("bench", protocol(kind), server));
        for (int i = 0; i < others; i++) {
            rules.append("---\n").append(rule(other(i), "HTTP", server));
        }
        return rules.toString();
    }

    /** The name of a service beside the one that is called. */
    static String other(int number) {
        return "other-" + number;
    }

    private static String protocol(Kind kind) {
        return switch (kind) {
            case TCP -> "TCP";
            case GRPC -> "GRPC";
            default -> "HTTP";
        };
    }

    private static String rule(String host, String protocol, int server) {
        return String.format(Locale.ROOT, """
                apiVersion: networking.istio.io/v1
                kind: ServiceEntry
                metadata: {name: %1$s}
                spec:
                  hosts: [%1$s]
                  ports: [{number: 80, name: it, protocol: %3$s, targetPort: %2$d}]
                  resolution: STATIC
                  endpoints: [{address: 127.0.0.1}]
                """, host, server, protocol);
    }

    private static String upstream(int server) {
        return "upstream behind { server 127.0.0.1:" + server + "; keepalive 64; keepalive_requests 1000000000; }";
    }

    /** @param listen port, and what else is said of it */
    private static Started nginx(Path directory, String name, String listen, String location, String more, String log)
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
                  server { listen 127.0.0.1:%s; location / { %s } }
                }
                """, home, home, temporary, more, log, listen, location));
        return Started.now(
                List.of(
                        "nginx",
                        "-p",
                        home.toString(),
                        "-c",
                        home.resolve("nginx.conf").toString()),
                Map.of());
    }

    /** What answers each call with a message and {@code OK}, once it has all of it. */
    private static Started nghttpd(Path directory, Path bodies, int port) throws IOException {
        Path answer = bodies.resolve(METHOD);
        Files.createDirectories(answer.getParent());
        Files.write(answer, GrpcLoad.message(SMALL));
        Path types = Files.writeString(directory.resolve("types"), "application/grpc grpc\n");
        return Started.now(
                List.of(
                        "nghttpd",
                        "--no-tls",
                        "--address=127.0.0.1",
                        "--workers=1",
                        "--mime-types-file=" + types,
                        "--trailer=grpc-status: 0",
                        "--htdocs=" + bodies,
                        String.valueOf(port)),
                Map.of());
    }

    private static final String HTTP_DEFAULTS = "timeout http-request 10s\n  http-reuse always";

    /** Bytes don't pass through its memory: half of its CPU for long answers. {@code splice-auto} seldom chooses that here. */
    private static final String TCP_DEFAULTS = "option splice-request\n  option splice-response";

    private static Started haproxy(Path directory, Kind kind, int port, int server) throws IOException {
        String spoken = kind == Kind.GRPC ? " proto h2" : "";
        Path file = Files.writeString(
                directory.resolve("haproxy.cfg"),
                String.format(
                        Locale.ROOT,
                        """
                global
                  maxconn 4000
                  nbthread 1
                defaults
                  mode %s
                  timeout client 60s
                  timeout server 60s
                  timeout connect 5s
                  %s
                frontend in
                  bind 127.0.0.1:%d%s
                  default_backend behind
                backend behind
                  server one 127.0.0.1:%d%s
                """,
                        kind == Kind.TCP ? "tcp" : "http",
                        kind == Kind.TCP ? TCP_DEFAULTS : HTTP_DEFAULTS,
                        port,
                        spoken,
                        server,
                        spoken));
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
