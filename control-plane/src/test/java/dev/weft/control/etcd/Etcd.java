package dev.weft.control.etcd;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** etcd as the distribution has it: a cluster of processes that a test starts, stops and kills. */
public final class Etcd implements AutoCloseable {
    private static final String PROGRAM = "etcd";
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Path folder;
    private final List<String> more;
    private final String scheme;
    private final List<Integer> clients;
    private final List<Integer> peers;
    private final List<Process> processes = new ArrayList<>();
    private final List<Socket> kept = new ArrayList<>();

    private Etcd(Path folder, int members, String scheme, List<String> more) throws IOException {
        this.folder = folder;
        this.more = more;
        this.scheme = scheme;
        this.clients = free(members);
        this.peers = free(members);
        for (int i = 0; i < members; i++) {
            processes.add(start(i));
        }
    }

    /** Skips the test where there is no etcd, and says so. */
    public static void need() {
        boolean isThere = Stream.of((System.getenv("PATH") + ":/usr/bin:/usr/local/bin").split(File.pathSeparator))
                .anyMatch(path -> Files.isExecutable(Path.of(path, PROGRAM)));
        if (!isThere) {
            String why = "there is no '" + PROGRAM + "' here (Debian's package is etcd-server)";
            System.out.println("SKIPPED: " + why);
            Assumptions.abort(why);
        }
    }

    /** @param members 1, or 3 to survive the loss of one */
    public static Etcd start(Path folder, int members) throws IOException {
        return new Etcd(folder, members, "http", List.of());
    }

    /** One member with options of its own. */
    static Etcd start(Path folder, List<String> how) throws IOException {
        return new Etcd(folder, 1, "http", how);
    }

    /** One member that speaks TLS alone. */
    static Etcd startTls(Path folder, List<String> how) throws IOException {
        return new Etcd(folder, 1, "https", how);
    }

    /**
     * Ports that are kept until the end: Linux gives them to nobody who asks for any port, and to whom asks for one of
     * these, as long as both sockets have SO_REUSEADDR, as etcd's have.
     */
    private List<Integer> free(int count) throws IOException {
        List<Integer> ports = new ArrayList<>();
        while (ports.size() < count) {
            Socket keeper = new Socket();
            keeper.setReuseAddress(true);
            keeper.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            kept.add(keeper);
            ports.add(keeper.getLocalPort());
        }
        return ports;
    }

    private Process start(int member) throws IOException {
        String name = "member" + member;
        String client = scheme + "://127.0.0.1:" + clients.get(member);
        String peer = "http://127.0.0.1:" + peers.get(member);
        List<String> command = new ArrayList<>(List.of(
                PROGRAM,
                "--name",
                name,
                "--data-dir",
                folder.resolve(name).toString(),
                "--listen-client-urls",
                client,
                "--advertise-client-urls",
                client,
                "--listen-peer-urls",
                peer,
                "--initial-advertise-peer-urls",
                peer,
                "--initial-cluster",
                IntStream.range(0, clients.size())
                        .mapToObj(i -> "member" + i + "=http://127.0.0.1:" + peers.get(i))
                        .collect(Collectors.joining(",")),
                "--logger",
                "zap",
                "--log-level",
                "warn"));
        command.addAll(more);
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve(name + ".log").toFile()))
                .start();
    }

    public String uri() {
        return clients.stream()
                .map(port -> "127.0.0.1:" + port)
                .collect(Collectors.joining(",", scheme.replace("http", "etcd") + "://", "/weft/test"));
    }

    public int port() {
        return clients.get(0);
    }

    /** It hangs: its connections stay, and nothing comes. */
    public void stop(int member) throws IOException, InterruptedException {
        signal("-STOP", member);
    }

    public void go(int member) throws IOException, InterruptedException {
        signal("-CONT", member);
    }

    private void signal(String signal, int member) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder(
                        "kill", signal, Long.toString(processes.get(member).pid()))
                .start();
        if (kill.waitFor() != 0) {
            throw new AssertionError("kill " + signal + " fails");
        }
    }

    /** SIGKILL. */
    void kill(int member) throws InterruptedException {
        processes.get(member).destroyForcibly().waitFor();
    }

    void restart(int member) throws IOException {
        processes.set(member, start(member));
    }

    /** Whether it answers and has a leader. */
    boolean isUp() {
        try {
            return leader() >= 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Which member leads. */
    int leader() throws IOException, InterruptedException {
        for (int i = 0; i < clients.size(); i++) {
            String status = post(i, "/v3/maintenance/status", "{}");
            if (value(status, "leader").equals(value(status, "member_id"))) {
                return i;
            }
        }
        throw new IOException("no member leads");
    }

    /** The revision of now; everything before it can't be told any more. */
    public void compact() throws IOException, InterruptedException {
        String now = value(post(0, "/v3/kv/range", "{\"key\":\"" + base64("x") + "\"}"), "revision");
        post(0, "/v3/kv/compaction", "{\"revision\":\"" + now + "\",\"physical\":true}");
    }

    static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** What etcd's own JSON gateway answers. */
    String post(int member, String path, String body) throws IOException, InterruptedException {
        HttpResponse<String> answer = HTTP.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + clients.get(member) + path))
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(path + ": " + answer.body());
        }
        return answer.body();
    }

    private static String value(String json, String name) {
        var matcher =
                java.util.regex.Pattern.compile("\"" + name + "\":\"([^\"]*)\"").matcher(json);
        return matcher.find() ? matcher.group(1) : "";
    }

    @Override
    public void close() throws IOException, InterruptedException {
        for (int i = 0; i < processes.size(); i++) {
            processes.get(i).destroyForcibly().waitFor(60, TimeUnit.SECONDS);
        }
        for (Socket keeper : kept) {
            keeper.close();
        }
    }
}
