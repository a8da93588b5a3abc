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
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Has a proxy do for some seconds what proxies do, so that the JVM sees which classes that takes.
 *
 * <p>Arguments: the proxy's launcher, and the jar of the control plane.
 */
final class Train {
    /** More would only have more compiled, and compiled again at each start. */
    private static final int REQUESTS = 20;
    private static final Pattern PLANE = Pattern.compile("xds (127\\.0\\.0\\.1:\\d+), rest");
    private static final Pattern OUTBOUND = Pattern.compile("outbound (\\S+), admin (\\S+)$");
    private static final Pattern INBOUND = Pattern.compile("inbound (\\S+) for port");
    private static final Pattern UP = Pattern.compile("the application (is up)");

    private Train() {}

    public static void main(String[] args) throws Exception {
        // It writes heads and bodies apart, and the second would wait 40 ms for the other side's delayed acknowledgement.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            byte[] body = "trained".getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        try {
            train(server.getAddress().getPort(), args[0], args[1]);
        } finally {
            server.stop(0); // its thread would keep this process
        }
    }

    private static void train(int port, String launcher, String weft) throws Exception {
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
                        weft,
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
                        launcher,
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

    /** A process whose output is read to its end. */
    private static final class Running {
        private static final long LINE_SECONDS = 60;
        private static final long END_SECONDS = 300; // it writes the archive then

        private final Process process;
        private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        private final List<String> said = new CopyOnWriteArrayList<>();

        Running(Path folder, List<String> command) throws IOException {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().put("WEFT_RUNTIME_DIR", folder.resolve("run").toString());
            process = builder.start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            Thread reader = new Thread(this::read);
            reader.setDaemon(true);
            reader.start();
        }

        private void read() {
            try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
                for (String line = out.readLine(); line != null; line = out.readLine()) {
                    said.add(line);
                    lines.add(line);
                }
            } catch (IOException e) {
                said.add("can't be read: " + e);
            }
        }

        Matcher line(Pattern pattern) throws IOException, InterruptedException {
            for (String line = next(); line != null; line = next()) {
                Matcher matcher = pattern.matcher(line);
                if (matcher.find()) {
                    return matcher;
                }
            }
            throw new IOException("no " + pattern + " in what it said: " + said);
        }

        private String next() throws InterruptedException {
            return lines.poll(LINE_SECONDS, TimeUnit.SECONDS);
        }

        /** By a signal alone: {@link Process#destroy} would also close what it still has to say. */
        void end() throws IOException, InterruptedException {
            process.toHandle().destroy();
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("it doesn't end, and said: " + said);
            }
        }
    }
}
