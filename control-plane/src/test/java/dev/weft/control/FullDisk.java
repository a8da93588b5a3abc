package dev.weft.control;

import static dev.weft.control.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What {@link DiskFullTest} does, in the process that alone sees the small disk: a control plane whose state is there. */
final class FullDisk {
    private static final String INSTANCES = "/api/v1/instances/default/mail/10.0.0.";
    private static final String RULES = "/api/v1/rules/VirtualService/default/";

    private final HttpClient http = HttpClient.newHttpClient();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final Path disk;
    private final Path config;
    private ControlPlane controlPlane;

    private FullDisk(Path disk, Path config) throws IOException {
        this.disk = disk;
        this.config = config;
        controlPlane = start();
    }

    public static void main(String[] arguments) throws Exception {
        FullDisk story = new FullDisk(Path.of(arguments[0]), Path.of(arguments[1]));
        try {
            story.play();
        } catch (Throwable e) {
            System.out.println(story.out.toString(StandardCharsets.UTF_8));
            e.printStackTrace(System.out);
            Runtime.getRuntime().halt(1);
        }
        Runtime.getRuntime().halt(0);
    }

    private void play() throws Exception {
        String token = token();
        assertEquals(201, rule("order", "first"));
        assertEquals(201, register(1));
        eventually("the first one is on the disk", () -> isWritten("10.0.0.1\""));

        fill();
        assertEquals(500, rule("user", "first"), "a rule that can't be kept is not in force");
        assertEquals(404, ask("GET", RULES + "user", null).statusCode());
        assertEquals(500, rule("order", "second"));
        assertEquals("first", route("order"));
        for (int i = 2; i <= 20; i++) {
            assertEquals(201, register(i), "workloads are known, disk or not");
        }
        eventually("that they are not kept is said", () -> log().contains("can't be written"));

        empty();
        assertEquals(201, register(21));
        eventually("all of them are on the disk", () -> isWritten("10.0.0.21\"") && isWritten("10.0.0.20\""));
        assertEquals(201, rule("user", "first"));
        restart();
        assertEquals(numbers(21), instances());
        assertEquals("first", route("order"));
        assertEquals("first", route("user"));

        fill();
        assertEquals(201, register(22));
        restart();
        assertEquals(numbers(21), instances(), "all but the one that was not kept");
        assertEquals("first", route("user"));
        assertEquals(token, token());

        controlPlane.close();
        Files.delete(disk.resolve("state").resolve("token"));
        fill(); // the room that it took
        controlPlane = start();
        assertTrue(log().contains("the token can't be kept"), "without room for a token it starts");
        restart(); // and again: what was written of it is in nobody's way
        empty();
        restart();
        assertEquals(201, register(23));
    }

    private ControlPlane start() throws IOException {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return ControlPlane.start(new Options(
                config,
                any,
                any,
                disk.resolve("state"),
                Options.DEFAULT_DOMAIN,
                null,
                new PrintStream(out, true, StandardCharsets.UTF_8)));
    }

    private void restart() throws IOException {
        controlPlane.close();
        controlPlane = start();
    }

    /** Down to the last byte. */
    private void fill() throws IOException {
        int block = 4_096;
        try (FileChannel filler =
                FileChannel.open(disk.resolve("filler"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            while (block > 0) {
                try {
                    filler.write(ByteBuffer.allocate(block));
                } catch (IOException e) {
                    block /= 2;
                }
            }
        }
    }

    private void empty() throws IOException {
        Files.delete(disk.resolve("filler"));
    }

    private boolean isWritten(String text) {
        return read("registry.journal").contains(text) || read("registry.json").contains(text);
    }

    private String read(String file) {
        try {
            return Files.readString(disk.resolve("state").resolve(file));
        } catch (IOException e) {
            return "";
        }
    }

    private String token() {
        return read("token").strip();
    }

    private String log() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private HttpResponse<String> ask(String method, String path, String body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(
                                "http://127.0.0.1:" + controlPlane.rest().getPort() + path))
                        .header("Authorization", "Bearer " + token())
                        .header("Content-Type", "application/json")
                        .method(
                                method,
                                body == null
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private int register(int number) throws Exception {
        return ask("PUT", INSTANCES + number + ":25", "{\"protocol\":\"tcp\",\"ttl\":\"1h\"}")
                .statusCode();
    }

    private int rule(String host, String route) throws Exception {
        return ask(
                        "PUT",
                        RULES + host,
                        "{\"apiVersion\":\"networking.istio.io/v1\",\"kind\":\"VirtualService\",\"metadata\":{\"name\":\""
                                + host + "\"},\"spec\":{\"hosts\":[\"" + host + "\"],\"http\":[{\"name\":\"" + route
                                + "\",\"route\":[{\"destination\":{\"host\":\"" + host + "\"}}]}]}}")
                .statusCode();
    }

    private String route(String host) throws Exception {
        String body = ask("GET", RULES + host, null).body();
        return body.contains("second") ? "second" : body.contains("first") ? "first" : body;
    }

    private Set<String> instances() throws Exception {
        Set<String> found = new TreeSet<>();
        for (JsonNode item : new ObjectMapper()
                .readTree(ask("GET", "/api/v1/instances?limit=100", null).body())
                .get("items")) {
            found.add(item.get("address").asText());
        }
        return found;
    }

    private static Set<String> numbers(int last) {
        return IntStream.rangeClosed(1, last)
                .mapToObj(i -> "10.0.0." + i)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
