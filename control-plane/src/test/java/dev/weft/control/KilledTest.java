package dev.weft.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.control.log.CapturedLog;
import dev.weft.control.queue.ManualQueue;
import dev.weft.control.registry.Graces;
import dev.weft.control.registry.Registry;
import dev.weft.control.registry.RegistryFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A control plane of its own process, which is killed while it writes: what it has acknowledged is there afterwards. */
@Tag("long")
final class KilledTest {
    private static final int ROUNDS = 3;
    private static final int WRITERS = 8;
    private static final int ACKNOWLEDGED = 150;

    @TempDir
    Path temp;

    /** Weight that was acknowledged last, by address and port. */
    private final Map<String, Integer> acknowledged = new ConcurrentHashMap<>();

    /** What was asked for and not answered: it may be there or not. */
    private final ConcurrentSkipListSet<String> open = new ConcurrentSkipListSet<>();

    /** The control plane. */
    public static void main(String[] args) throws IOException, InterruptedException {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        ControlPlane started = ControlPlane.start(
                new Options(Path.of(args[0]), any, any, Path.of(args[1]), Options.DEFAULT_DOMAIN, null, System.err));
        System.out.println(started.rest().getPort());
        new CountDownLatch(1).await(); // until it is killed: none of its threads keeps a process
    }

    private Process start() throws IOException {
        return new ProcessBuilder(List.of(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledTest.class.getName(),
                        temp.resolve("rules").toString(),
                        temp.resolve("state").toString()))
                .redirectError(temp.resolve("said").toFile())
                .start();
    }

    @Test
    @Timeout(300)
    void whatWasAcknowledgedSurvivesAKillInTheMiddleOfWriting() throws Exception {
        Files.createDirectory(temp.resolve("rules"));
        for (int round = 0; round < ROUNDS; round++) {
            open.clear();
            Process process = start();
            try (BufferedReader out =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                String port = out.readLine();
                assertTrue(port != null, this::said);
                change(process, Integer.parseInt(port), round);
            } finally {
                process.destroyForcibly();
            }
            assertTrue(process.waitFor(60, TimeUnit.SECONDS));
            Map<String, Integer> kept = kept();
            Map<String, Integer> lost = new TreeMap<>(acknowledged);
            lost.entrySet()
                    .removeIf(one -> one.getValue().equals(kept.get(one.getKey())) || open.contains(one.getKey()));
            assertEquals(Map.of(), lost, "round " + round + ", of " + acknowledged.size());
            acknowledged.putAll(kept); // what was written and not answered counts from now on
        }
    }

    /** Several at once, each at instances of its own, until the process is killed under them. */
    private void change(Process process, int port, int round) throws Exception {
        String token = Files.readString(temp.resolve("state").resolve("token")).strip();
        CountDownLatch enough = new CountDownLatch(ACKNOWLEDGED);
        List<Thread> writers = new ArrayList<>();
        for (int writer = 0; writer < WRITERS; writer++) {
            int number = writer;
            Thread thread = new Thread(() -> {
                HttpClient client = HttpClient.newHttpClient();
                for (int i = 0; process.isAlive(); i++) {
                    String key = "10.0." + number + "." + (i % 20 + 1) + ":80";
                    int weight = 1 + (round * 1000 + i) % 9_999;
                    open.add(key);
                    try {
                        int status = client.send(
                                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port
                                                        + "/api/v1/instances/default/s" + number + "/" + key))
                                                .header("Authorization", "Bearer " + token)
                                                .header("Content-Type", "application/json")
                                                .PUT(HttpRequest.BodyPublishers.ofString(
                                                        "{\"ttl\": \"1h\", \"weight\": " + weight + "}"))
                                                .build(),
                                        HttpResponse.BodyHandlers.discarding())
                                .statusCode();
                        if (status == 200 || status == 201) {
                            acknowledged.put(key, weight);
                            open.remove(key);
                            enough.countDown();
                        }
                    } catch (IOException | InterruptedException e) {
                        return; // killed
                    }
                }
            });
            thread.start();
            writers.add(thread);
        }
        assertTrue(enough.await(120, TimeUnit.SECONDS), this::said);
        process.destroyForcibly();
        for (Thread thread : writers) {
            thread.join();
        }
    }

    private Map<String, Integer> kept() {
        CapturedLog log = new CapturedLog();
        ManualQueue queue = new ManualQueue();
        Registry registry = new Registry(queue, log.log(), "cluster.local", Graces.DEFAULT);
        Map<String, Integer> kept = new TreeMap<>();
        new RegistryFile(temp.resolve("state"), registry, queue, queue, log.log())
                .load()
                .forEach(one -> kept.put(one.own().key().toString(), one.own().weight()));
        assertEquals("", log.text());
        return kept;
    }

    private String said() {
        try {
            return Files.readString(temp.resolve("said"));
        } catch (IOException e) {
            return e.toString();
        }
    }
}
