package dev.weft.telemetry.recording;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.call.Request;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.Directory;
import dev.weft.engine.snapshot.Endpoint;
import dev.weft.engine.snapshot.HeaderEdits;
import dev.weft.engine.snapshot.HostRewrite;
import dev.weft.engine.snapshot.Match;
import dev.weft.engine.snapshot.Redirect;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.Snapshot;
import dev.weft.engine.snapshot.VirtualHost;
import dev.weft.engine.trace.Ambient;
import dev.weft.telemetry.CallRecorder;
import dev.weft.telemetry.Calls;
import dev.weft.telemetry.Calls.Manner;
import dev.weft.telemetry.Origin;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CallRecordingTest {
    private static final long PATIENCE = 20_000_000_000L;
    private static final Redaction REDACTION = Redaction.of(List.of("Authorization", "?token"));

    @TempDir
    Path folder;

    private final List<String> ended = new ArrayList<>();
    private @Nullable CallRecording recording;
    private final Calls calls = new Calls(
            new Ambient(() -> true), (engine, call, now) -> recording().admitted(engine, call, now), recorder());

    private CallRecorder recorder() {
        return (call, delivered, endedAt, code, flags) -> recording().record(call, delivered, endedAt, code, flags);
    }

    private CallRecording recording() {
        CallRecording made = recording;
        if (made == null) {
            throw new AssertionError("no recording has begun");
        }
        return made;
    }

    private Path begin(long most) throws IOException {
        Path file = folder.resolve("calls.jsonl");
        recording = new CallRecording(
                file,
                most,
                REDACTION,
                new Origin(() -> "shop", "default", "", Map.of(), "1", "0.1"),
                calls.engine::snapshot,
                calls.now,
                Thread::new,
                ended::add,
                bug -> {
                    throw new AssertionError(bug);
                });
        recording().begin();
        return file;
    }

    /** A request with headers, of which one is changed once it is on its way, as some libraries do. */
    private static final class Asked implements Request {
        private boolean sent;

        @Override
        public String host() {
            return "order";
        }

        @Override
        public int port() {
            return 80;
        }

        @Override
        public boolean secure() {
            return false;
        }

        @Override
        public String method() {
            sent = true;
            return "GET";
        }

        @Override
        public String path() {
            return "/a?x=1&token=secret&y";
        }

        @Override
        public @Nullable String header(String name) {
            return name.equals("authorization") ? "secret.example" : null;
        }

        @Override
        public void headers(BiConsumer<String, String> each) {
            each.accept("X-Group", "testers");
            each.accept("X-Group", "others");
            each.accept("Authorization", "Bearer secret");
            if (sent) {
                each.accept("x-mesh", "1");
            }
        }

        @Override
        public boolean replayable() {
            return true;
        }
    }

    @Test
    void aCallIsOneLineWithItsHeadItsDecisionAndItsAttempts() throws IOException {
        Path file = begin(1 << 20);
        calls.retries(1).to(Manner.REFUSES, Manner.ANSWERS);
        calls.run(new Asked());
        recording().close(PATIENCE);

        List<String> lines = Files.readAllLines(file);
        assertEquals(
                "{\"format\":\"weft.calls\",\"version\":1,\"service\":\"shop\",\"namespace\":\"default\","
                        + "\"agent\":\"0.1\"}",
                lines.get(0));
        assertEquals(
                "{\"cluster\":\"" + Calls.CLUSTER + "\",\"endpoints\":["
                        + "{\"address\":\"127.0.0.1:1\",\"labels\":{\"version\":\"v1\"}},"
                        + "{\"address\":\"127.0.0.1:2\",\"labels\":{\"version\":\"v1\"}}]}",
                lines.get(1));
        String call = lines.get(2);
        assertTrue(
                call.contains("\"method\":\"GET\",\"secure\":false,\"host\":\"order\",\"port\":80,"
                        + "\"path\":\"/a?x=1&token=(redacted)&y\",\"replayable\":true,\"rewritable\":false,"
                        + "\"headers\":{\"authorization\":\"(redacted)\",\"x-group\":\"testers,others\"},"
                        + "\"decision\":{\"virtualHost\":\"order\",\"route\":\"all\",\"cluster\":\"" + Calls.CLUSTER
                        + "\",\"by\":\"upstream\",\"status\":200},\"attempts\":[{\"to\":\"127.0.0.1:1\""),
                call);
        assertTrue(call.contains("\"status\":0,\"end\":\"unsent\"},{\"to\":\"127.0.0.1:2\""), call);
        assertTrue(call.endsWith("\"status\":200,\"end\":\"success\"}]}"), call);
        assertEquals(3, lines.size());
        assertEquals(1, recording().written());
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }

    private void publish(Action action) {
        Endpoint endpoint = Endpoint.of(new InetSocketAddress("127.0.0.1", 1));
        calls.engine.publish(new Snapshot(
                "1",
                new Directory(Directory.State.KNOWN, Map.of("order", new Directory.Entry("order", Set.of()))),
                List.of(new VirtualHost("order", List.of("order"), List.of(new Route("all", Match.ANY, action)))),
                Map.of("a", Cluster.of("a", List.of(endpoint)), "b", Cluster.of("b", List.of(endpoint)))));
    }

    @Test
    void aRedirectTellsNoSecretOfTheQueryThatItKeeps() throws IOException {
        Path file = begin(1 << 20);
        publish(new Action.Redirected(new Redirect(null, "other", 0, null, null, false, 302), List.of()));
        calls.run(new Asked());
        recording().close(PATIENCE);

        String text = Files.readString(file);
        assertTrue(text.contains("\"location\":\"http://other/a?x=1&token=(redacted)&y\""), text);
        assertFalse(text.contains("token=secret"), text);
    }

    @Test
    void aHostThatARuleMakesIsToldUnlessItIsASecretOrAnEndpointsName() throws IOException {
        Path file = begin(1 << 20);
        Action.Forward plain = Action.Forward.to("a");
        for (HostRewrite host : List.of(
                new HostRewrite.Literal("inner"),
                new HostRewrite.FromHeader("authorization"),
                new HostRewrite.OfEndpoint())) {
            publish(plain.naming(host));
            calls.run(new Asked());
        }
        recording().close(PATIENCE);

        List<String> lines = Files.readAllLines(file).stream()
                .filter(line -> line.contains("decision"))
                .toList();
        assertEquals(3, lines.size());
        assertTrue(lines.get(0).contains("\"cluster\":\"a\",\"host\":\"inner\",\"by\""), lines.get(0));
        assertTrue(lines.get(1).contains("\"cluster\":\"a\",\"host\":\"(redacted)\",\"by\""), lines.get(1));
        assertTrue(lines.get(2).contains("\"cluster\":\"a\",\"by\""), lines.get(2));
    }

    @Test
    void partsOfASplitThatNameOneClusterAreOneShare() throws IOException {
        Path file = begin(1 << 20);
        publish(new Action.Forward(
                List.of(
                        new Action.WeightedCluster("a", 1, HeaderEdits.NONE),
                        new Action.WeightedCluster("b", 2, HeaderEdits.NONE),
                        new Action.WeightedCluster("a", 3, HeaderEdits.NONE, Map.of("version", "v1"))),
                Long.MAX_VALUE,
                null,
                null,
                List.of(),
                HeaderEdits.NONE));
        calls.run(new Asked());
        recording().close(PATIENCE);

        String text = Files.readString(file);
        assertTrue(text.contains("\"weights\":{\"a\":4,\"b\":2}"), text);
    }

    @Test
    void aFileThatWasThereIsClosedToOthers() throws IOException {
        Path file = Files.createFile(folder.resolve("calls.jsonl"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        begin(1 << 20);
        recording().close(PATIENCE);

        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertEquals(1, Files.readAllLines(file).size());
    }

    @Test
    void nothingIsWrittenThroughALink() throws IOException {
        Path target = Files.writeString(folder.resolve("target"), "mine\n");
        Files.createSymbolicLink(folder.resolve("calls.jsonl"), target);

        assertThrows(IOException.class, () -> begin(1 << 20));
        recording().close(PATIENCE);
        assertEquals("mine\n", Files.readString(target));
    }

    @Test
    void whatIsNoPlainFileIsRefused() throws IOException {
        Files.createDirectory(folder.resolve("calls.jsonl"));

        assertThrows(IOException.class, () -> begin(1 << 20));
        recording().close(PATIENCE);
    }

    @Test
    void aFullFileEndsTheRecordingWithAWholeLine() throws IOException {
        Path file = begin(2_000);
        calls.to(Manner.ANSWERS);
        for (int i = 0; i < 20; i++) {
            calls.run(new Asked());
        }
        recording().close(PATIENCE);

        assertTrue(Files.size(file) <= 2_000);
        assertTrue(Files.readString(file).endsWith("]}\n"));
        assertTrue(recording().over());
        assertEquals(1, ended.size(), ended.toString());
        assertTrue(ended.get(0).endsWith("it is full"), ended.toString());
        assertThrows(IOException.class, () -> begin(Files.size(file)));
    }

    @Test
    void whatWasNotRedactedIsTold() {
        Redaction none = Redaction.of(List.of());

        assertEquals("/a?token=1", none.path("/a?token=1"));
        assertEquals("x", none.value("authorization", "x"));
        assertEquals("/a?token", REDACTION.path("/a?token"));
        assertEquals("/a?token=(redacted)", REDACTION.path("/a?token=1"));
        assertFalse(REDACTION.path("/a?token=1&token=2").contains("2"));
    }
}
