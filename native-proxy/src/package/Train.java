import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Has a proxy do for some seconds what proxies do, so that the JVM sees which classes that takes.
 *
 * <p>Arguments: the proxy's launcher, and the jar of the control plane.
 */
final class Train {
    private static final int REQUESTS = 2000;
    private static final Pattern PLANE = Pattern.compile("xds (127\\.0\\.0\\.1:\\d+), rest");
    private static final Pattern OUTBOUND = Pattern.compile("outbound (\\S+), admin (\\S+)$");
    private static final Pattern INBOUND = Pattern.compile("inbound (\\S+) for port");
    private static final Pattern UP = Pattern.compile("the application (is up)");

    private Train() {}

    public static void main(String[] args) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            byte[] body = "trained".getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        int port = server.getAddress().getPort();
        Path folder = Files.createTempDirectory("weft-train");
        Path rules = Files.createDirectories(folder.resolve("rules"));
        Files.writeString(rules.resolve("train.yaml"), """
                apiVersion: networking.istio.io/v1
                kind: ServiceEntry
                metadata: {name: train}
                spec:
                  hosts: [train]
                  ports: [{number: 80, name: http, protocol: HTTP, targetPort: %d}]
                  resolution: STATIC
                  endpoints: [{address: 127.0.0.1}]
                """.formatted(port));
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Running plane = new Running(
                folder,
                List.of(
                        java,
                        "-jar",
                        args[1],
                        "control-plane",
                        "--config",
                        rules.toString(),
                        "--xds",
                        "127.0.0.1:0",
                        "--rest",
                        "127.0.0.1:0",
                        "--state",
                        folder.resolve("state").toString()));
        Path config = Files.writeString(folder.resolve("proxy.yaml"), "tracing: true\nlabels: {kind: trained}\n");
        Running proxy = new Running(
                folder,
                List.of(
                        args[0],
                        "--service",
                        "trainee",
                        "--port",
                        String.valueOf(port),
                        "--config",
                        config.toString(),
                        "--inbound",
                        "127.0.0.1:0",
                        "--outbound",
                        "127.0.0.1:0",
                        "--admin.address",
                        "127.0.0.1:0",
                        "--address",
                        "127.0.0.1",
                        "--state.dir",
                        folder.resolve("proxy").toString(),
                        "--drain",
                        "1s",
                        "--control.plane",
                        plane.line(PLANE).group(1)));
        Matcher outside = proxy.line(OUTBOUND);
        String inbound = proxy.line(INBOUND).group(1);
        proxy.line(UP);
        ask(outside.group(1), "train", REQUESTS);
        ask(inbound, "trainee", REQUESTS);
        for (String page : List.of("/ready", "/live", "/metrics", "/config")) {
            ask(outside.group(2), "GET " + page, "127.0.0.1", 1);
        }
        proxy.end();
        plane.end();
        server.stop(0);
    }

    private static void ask(String address, String host, int times) throws IOException {
        ask(address, "POST /some/path?with=parameters", host, times);
    }

    /**
     * Over one connection.
     *
     * @param line method and path
     */
    private static void ask(String address, String line, String host, int times) throws IOException {
        int colon = address.lastIndexOf(':');
        try (Socket socket = new Socket(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)))) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            for (int i = 0; i < times; i++) {
                socket.getOutputStream()
                        .write((line + " HTTP/1.1\r\nHost: " + host + "\r\nContent-Length: 4\r\n\r\nbody")
                                .getBytes(StandardCharsets.ISO_8859_1));
                int length = 0;
                for (String field = in.readLine(); field != null && !field.isEmpty(); field = in.readLine()) {
                    if (field.regionMatches(true, 0, "content-length:", 0, 15)) {
                        length = Integer.parseInt(field.substring(15).trim());
                    }
                }
                for (int left = length; left > 0; left--) {
                    in.read();
                }
            }
        }
    }

    /** A process whose output is read. */
    private static final class Running {
        private final Process process;
        private final BufferedReader out;
        private final List<String> said = new ArrayList<>();

        Running(Path folder, List<String> command) throws IOException {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().put("WEFT_RUNTIME_DIR", folder.resolve("run").toString());
            process = builder.start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        }

        Matcher line(Pattern pattern) throws IOException {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                said.add(line);
                Matcher matcher = pattern.matcher(line);
                if (matcher.find()) {
                    return matcher;
                }
            }
            throw new IOException("it ended, and said: " + said);
        }

        void end() throws IOException, InterruptedException {
            process.destroy();
            while (out.readLine() != null) {}
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                throw new IOException("it doesn't end");
            }
        }
    }
}
