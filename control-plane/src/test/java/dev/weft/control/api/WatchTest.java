package dev.weft.control.api;

import static dev.weft.control.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.control.http.EventStream;
import dev.weft.control.registry.Overlay;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changes as they happen: server-sent events. */
class WatchTest {
    private static final String HOST = "mail.default.svc.cluster.local";
    private static final String MAIL = "/api/v1/instances/default/mail/10.0.0.1:25";

    @TempDir
    Path temp;

    private Api api;

    @BeforeEach
    void start() throws IOException {
        api = new Api(Files.createDirectory(temp.resolve("rules")), temp.resolve("state"));
    }

    @AfterEach
    void stop() {
        api.close();
    }

    /** A client that reads events when it is asked to. */
    private final class Watcher implements AutoCloseable {
        private final Socket socket;
        private final BufferedReader in;

        Watcher(String path, String header) throws IOException {
            socket = api.connect();
            socket.setSoTimeout(60_000);
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + header + "\r\n")
                            .getBytes(StandardCharsets.UTF_8));
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            assertEquals("HTTP/1.1 200 OK", in.readLine());
            String head = in.readLine();
            StringBuilder all = new StringBuilder();
            for (; !head.isEmpty(); head = in.readLine()) {
                all.append(head).append('\n');
            }
            assertTrue(all.toString().contains("content-type: text/event-stream"), all.toString());
        }

        /** The next line that is neither empty nor the size of a chunk. */
        String line() throws IOException {
            String line = in.readLine();
            while (line != null && (line.isEmpty() || line.matches("[0-9a-f]+"))) {
                line = in.readLine();
            }
            return String.valueOf(line);
        }

        String event() throws IOException {
            String event = line();
            return event + " " + line();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    @Test
    void firstComesWhatThereIsThenWhatChanges() throws IOException {
        api.change("PUT", MAIL, "{}");
        try (Watcher watcher = new Watcher("/api/v1/instances?watch=true", "")) {
            String first = watcher.event();
            assertTrue(first.startsWith("event: put data: {\"service\":\"mail\""), first);
            assertEquals("event: synced data: {}", watcher.event());
            api.change("PATCH", MAIL, "{\"state\":\"DRAINING\"}");
            String second = watcher.event();
            assertTrue(second.contains("\"state\":\"DRAINING\""), second);
            api.change("DELETE", MAIL, null);
            assertEquals("event: delete data: {\"key\":\"default/mail/10.0.0.1:25\"}", watcher.event());
        }
        eventually("the watcher is forgotten", () -> api.queue.get(() -> watchers() == 0));
    }

    private int watchers() {
        return api.rest.watchers();
    }

    @Test
    void servicesAreWatchedToo() throws IOException {
        try (Watcher watcher = new Watcher("/api/v1/services", "Accept: text/event-stream\r\n")) {
            assertEquals("event: synced data: {}", watcher.event());
            api.change("PUT", MAIL, "{}");
            assertTrue(watcher.event().contains("\"instances\":1"));
        }
    }

    @Test
    void onlyWhatIsAskedForIsTold() throws IOException {
        try (Watcher watcher = new Watcher("/api/v1/instances?watch=true&service=cart", "")) {
            assertEquals("event: synced data: {}", watcher.event());
            api.change("PUT", MAIL, "{}");
            api.change("PUT", "/api/v1/instances/default/cart/10.0.0.2:80", "{}");
            assertTrue(watcher.event().contains("\"service\":\"cart\""));
        }
    }

    @Test
    void rulesAreWatchedAndWhatIsSaidOfThem() throws IOException {
        String rule = """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: order}
                spec: {hosts: [order], http: [{route: [{destination: {host: order}}]}]}
                """;
        String path = "/api/v1/rules/VirtualService/default/order";
        try (Watcher watcher = new Watcher("/api/v1/rules?watch=true", "")) {
            assertEquals("event: synced data: {}", watcher.event());
            api.change("PUT", path, rule, "Content-Type: application/yaml");
            assertTrue(watcher.event().contains("\"kind\":\"VirtualService\""));
            api.change("DELETE", path, null);
            assertEquals("event: delete data: {\"key\":\"VirtualService/default/order\"}", watcher.event());
        }
    }

    @Test
    void aRuleInForceIsNotDeletedWithTheCopyThatItHides() throws IOException {
        String rule = """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: order}
                spec: {hosts: [order], http: [{route: [{destination: {host: order}}]}]}
                """;
        String path = "/api/v1/rules/VirtualService/default/order";
        api.change("PUT", path, rule, "Content-Type: application/yaml");
        Path file = temp.resolve("rules/order.yaml");
        Files.writeString(file, rule);
        api.rules.scan(Set.of(file));
        try (Watcher watcher = new Watcher("/api/v1/rules?watch=true", "")) {
            assertTrue(watcher.event().contains("\"source\":\"file\""));
            assertEquals("event: synced data: {}", watcher.event());
            assertEquals(200, api.change("DELETE", path, null).status());
            Files.delete(file);
            Files.writeString(temp.resolve("rules/cart.yaml"), rule.replace("order", "cart"));
            api.rules.scan(Set.of());
            List<String> events = List.of(watcher.event(), watcher.event());
            assertTrue(
                    events.contains("event: delete data: {\"key\":\"VirtualService/default/order\"}"),
                    events.toString());
            assertTrue(events.toString().contains("\"name\":\"cart\""), events.toString());
        }
    }

    @Test
    void aSignOfLifeComesWhenNothingElseDoes() throws IOException {
        try (Watcher watcher = new Watcher("/api/v1/instances?watch=true", "")) {
            assertEquals("event: synced data: {}", watcher.event());
            api.queue.pass(Watches.BEAT);
            assertEquals(":", watcher.line());
            api.queue.pass(Watches.BEAT.plus(Duration.ofSeconds(1)));
            assertEquals(":", watcher.line());
        }
    }

    @Test
    void howeverManyHaveComeAndGoneASignOfLifeComesOnceInAWhile() throws IOException {
        for (int i = 0; i < 4; i++) {
            try (Watcher passing = new Watcher("/api/v1/instances?watch=true", "")) {
                assertEquals("event: synced data: {}", passing.event());
            }
            eventually("it is forgotten", () -> api.queue.get(() -> watchers() == 0));
        }
        try (Watcher watcher = new Watcher("/api/v1/instances?watch=true", "")) {
            assertEquals("event: synced data: {}", watcher.event());
            api.queue.pass(Watches.BEAT);
            api.change("PUT", MAIL, "{}");
            assertEquals(":", watcher.line());
            String next = watcher.line();
            assertEquals("event: put", next);
        }
    }

    @Test
    void thereAreOnlySoManyWatchers() throws IOException {
        List<Watcher> watchers = new ArrayList<>();
        try {
            for (int i = 0; i < Watches.MOST; i++) {
                watchers.add(new Watcher("/api/v1/services?watch=true", ""));
            }
            assertEquals(503, api.get("/api/v1/services?watch=true").status());
        } finally {
            for (Watcher watcher : watchers) {
                watcher.close();
            }
        }
        eventually("there is room again", () -> api.queue.get(() -> watchers() == 0));
    }

    @Test
    void whoDoesNotReadIsCutOff() throws IOException {
        String labels = IntStream.range(0, 60)
                .mapToObj(i -> "\"label-" + i + "\":\"" + "v".repeat(60) + "\"")
                .collect(Collectors.joining(","));
        for (int i = 0; i < 10; i++) {
            api.change("PUT", "/api/v1/instances/default/mail/10.0.1." + i + ":25", "{\"labels\":{" + labels + "}}");
        }
        try (Watcher watcher = new Watcher("/api/v1/instances?watch=true", "")) {
            assertTrue(watcher.event().startsWith("event: put"));
            for (int round = 0; round < 400; round++) { // far more than sockets hold
                int weight = round % 100 + 1;
                api.queue.get(() -> {
                    api.registry
                            .entries(HOST)
                            .forEach(entry ->
                                    api.registry.overlay(entry.instance().key(), new Overlay(null, weight, Map.of())));
                    return true;
                });
            }
            api.queue.pass(Watches.BEAT.multipliedBy(4));
            assertEquals(1, api.queue.get(this::watchers));
            api.queue.pass(Watches.BEAT);
            eventually("it is cut off", () -> api.queue.get(() -> watchers() == 0));
        }
    }

    /** A client that takes as many events as it has room for. */
    private static final class Room implements EventStream {
        final List<String> got = new ArrayList<>();
        int room;

        @Override
        public boolean isReady() {
            return got.size() < room;
        }

        @Override
        public void send(String event, String data) {
            got.add(event + " " + data);
        }

        @Override
        public void comment() {
            got.add(":");
        }

        @Override
        public void onReady(Runnable task) {}

        @Override
        public void onEnd(Runnable task) {}

        @Override
        public void close() {}
    }

    @Test
    void whoDoesNotReadCostsNoMemoryAndHearsOfTheLatestLater() {
        Map<String, String> things = new TreeMap<>();
        for (int i = 0; i < 1_000; i++) {
            things.put(String.format(Locale.ROOT, "%04d", i), "old");
        }
        Feed feed = new Feed() {
            @Override
            public Collection<String> groups() {
                return List.of("all");
            }

            @Override
            public Map<String, Supplier<@Nullable Item>> items(String group) {
                Map<String, Supplier<@Nullable Item>> items = new TreeMap<>();
                things.keySet()
                        .forEach(key -> items.put(key, () -> {
                            String now = things.get(key);
                            return now == null ? null : Item.of(key + " " + now);
                        }));
                return items;
            }
        };
        Room stream = new Room();
        Watch watch = new Watch(feed, stream);
        stream.room = 10;
        watch.flush();
        assertEquals(10, stream.got.size());

        things.put("0000", "new");
        things.put("0999", "new");
        things.remove("0005");
        things.remove("0998");
        watch.changed("all");
        assertEquals(10, stream.got.size());

        stream.room = 5_000;
        watch.flush();
        List<String> later = stream.got.subList(10, stream.got.size());
        assertEquals("put \"0010 old\"", later.get(0));
        assertEquals("put \"0999 new\"", later.get(988));
        assertEquals(
                List.of("put \"0000 new\"", "delete {\"key\":\"0005\"}", "synced {}"),
                later.subList(989, later.size()));
        watch.changed("all");
        assertEquals(1_002, stream.got.size(), "nothing is told twice");
    }

    @Test
    void whatIsLeftOfALeaseIsNoNews() throws IOException {
        api.change("PUT", MAIL, "{}");
        try (Watcher watcher = new Watcher("/api/v1/instances?watch=true", "")) {
            assertTrue(watcher.event().startsWith("event: put"));
            assertEquals("event: synced data: {}", watcher.event());
            api.queue.pass(Duration.ofSeconds(5));
            api.change("PUT", "/api/v1/instances/default/mail/10.0.0.2:25", "{}");
            assertTrue(watcher.event().contains("10.0.0.2"));
            api.change("DELETE", MAIL, null);
            assertEquals("event: delete data: {\"key\":\"default/mail/10.0.0.1:25\"}", watcher.event());
        }
    }
}
