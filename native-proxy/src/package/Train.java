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
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Has a proxy do for some seconds what proxies do, so that the JVM sees which classes that takes.
 *
 * <p>Arguments: the proxy's launcher, and the jar of the control plane.
 */
final class Train {
    /** More would only have more compiled, and compiled again at each start. */
    private static final int REQUESTS = 20;

    private static final String CERTIFICATE = "certificate.pem";
    private static final String KEY = "key.pem";
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
        certify(folder);
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
                        "--inbound.tls",
                        "tls",
                        "--tls.certificate",
                        folder.resolve(CERTIFICATE).toString(),
                        "--tls.key",
                        folder.resolve(KEY).toString(),
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
        SocketFactory clear = SocketFactory.getDefault();
        String post = "POST /some/path?with=parameters";
        ask(clear, outside.group(1), post, "train", REQUESTS);
        ask(trusting(), inbound, post, "trainee", REQUESTS);
        for (String page : List.of("/ready", "/live", "/metrics", "/config", "/clusters", "/explain?url=http://trainee/")) {
            ask(clear, outside.group(2), "GET " + page, "127.0.0.1", 1);
        }
        proxy.end();
        plane.end();
    }

    /** A key of P-256, as meshes have it, and its certificate, both as PEM. */
    private static void certify(Path folder) throws IOException, InterruptedException, GeneralSecurityException {
        String password = "trained";
        Path store = folder.resolve("store");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                        "-genkeypair",
                        "-alias",
                        "trainee",
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=trainee",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        password)
                .redirectErrorStream(true)
                .start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (keytool.waitFor() != 0) {
            throw new IOException("keytool: " + said);
        }
        KeyStore keys = KeyStore.getInstance(store.toFile(), password.toCharArray());
        pem(folder.resolve(CERTIFICATE), "CERTIFICATE", keys.getCertificate("trainee").getEncoded());
        pem(folder.resolve(KEY), "PRIVATE KEY", keys.getKey("trainee", password.toCharArray()).getEncoded());
    }

    private static void pem(Path file, String what, byte[] bytes) throws IOException {
        String text = Base64.getMimeEncoder().encodeToString(bytes);
        Files.writeString(file, "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n");
    }

    /** Speaks TLS with whoever it is. */
    private static SocketFactory trusting() throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                null,
                new TrustManager[] {
                    new X509TrustManager() {
                        @Override
                        public void checkClientTrusted(X509Certificate[] chain, String type) {}

                        @Override
                        public void checkServerTrusted(X509Certificate[] chain, String type) {}

                        @Override
                        public X509Certificate[] getAcceptedIssuers() {
                            return new X509Certificate[0];
                        }
                    }
                },
                null);
        return context.getSocketFactory();
    }

    /**
     * Over one connection.
     *
     * @param line method and path
     */
    private static void ask(SocketFactory sockets, String address, String line, String host, int times)
            throws IOException {
        int colon = address.lastIndexOf(':');
        int port = Integer.parseInt(address.substring(colon + 1));
        try (Socket socket = sockets.createSocket(address.substring(0, colon), port)) {
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
