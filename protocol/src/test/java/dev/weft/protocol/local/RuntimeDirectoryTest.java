package dev.weft.protocol.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RuntimeDirectoryTest {
    private static final long PID = ProcessHandle.current().pid();

    @TempDir
    Path temp;

    @Test
    void theOwnVariableWinsOverTheSessionDirectoryWhichWinsOverTheTemporaryOne() {
        assertEquals(
                Path.of("/a"),
                RuntimeDirectory.of(Map.of("WEFT_RUNTIME_DIR", "/a", "XDG_RUNTIME_DIR", "/b"))
                        .path());
        assertEquals(
                Path.of("/b/weft"),
                RuntimeDirectory.of(Map.of("XDG_RUNTIME_DIR", "/b")).path());
        assertEquals(
                Path.of(System.getProperty("java.io.tmpdir"), "weft-" + System.getProperty("user.name")),
                RuntimeDirectory.of(Map.of()).path());
    }

    @Test
    void whatWasWrittenIsReadBack() throws IOException {
        RuntimeDirectory directory = RuntimeDirectory.at(temp.resolve("run"));
        ControlPlaneFile controlPlane = new ControlPlaneFile(PID, "127.0.0.1:15010", "127.0.0.1:15014", "00ff");
        AgentFile agent = new AgentFile(PID, "a \"quoted\"\n\\ name", "unix:///tmp/x", "00ff");
        directory.write(controlPlane);
        directory.write(agent);

        assertEquals(controlPlane, directory.controlPlane());
        assertEquals(agent, directory.agent(PID));
        assertEquals(List.of(agent), directory.agents());
    }

    @Test
    void directoryAndFilesArePrivateAndNoDraftIsLeft() throws IOException {
        RuntimeDirectory directory = RuntimeDirectory.at(temp.resolve("deep/run"));
        directory.write(new AgentFile(PID, "order", "127.0.0.1:1", "00ff"));

        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.path())));
        Path file = directory.path().resolve(PID + ".json");
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        try (var files = Files.list(directory.path())) {
            assertEquals(List.of(file), files.toList());
        }
    }

    @Test
    void theWordOfADeadProcessIsIgnored() throws Exception {
        Process dead = new ProcessBuilder("true").start();
        dead.waitFor();
        RuntimeDirectory directory = RuntimeDirectory.at(temp.resolve("run"));
        directory.write(new ControlPlaneFile(dead.pid(), "127.0.0.1:1", "127.0.0.1:2", ""));
        directory.write(new AgentFile(dead.pid(), "order", "127.0.0.1:3", "00ff"));

        assertNull(directory.controlPlane());
        assertNull(directory.agent(dead.pid()));
        assertEquals(List.of(), directory.agents());
    }

    @Test
    void theWordOfADeadProcessIsNotThatOfAnotherWhichHasItsNumberNow() throws IOException {
        RuntimeDirectory directory = RuntimeDirectory.at(temp.resolve("run"));
        directory.write(new ControlPlaneFile(PID, "127.0.0.1:1", "127.0.0.1:2", ""));
        directory.write(new AgentFile(PID, "order", "127.0.0.1:3", "00ff"));
        assertEquals("127.0.0.1:1", directory.controlPlane().xds());
        for (String name : List.of("control-plane.json", PID + ".json")) {
            Path file = directory.path().resolve(name);
            Files.writeString(
                    file,
                    Files.readString(file).replaceFirst("\"started\":\"[^\"]+\"", "\"started\":\"another time\""));
        }

        assertNull(directory.controlPlane());
        assertEquals("127.0.0.1:1", directory.lastControlPlane().xds());
        assertNull(directory.agent(PID));
        assertEquals(List.of(), directory.agents());
    }

    @Test
    void theWordOfAProcessIsItsOwnWheneverThatWasWritten() throws IOException {
        RuntimeDirectory directory = RuntimeDirectory.at(temp.resolve("run"));
        directory.write(new ControlPlaneFile(PID, "127.0.0.1:1", "127.0.0.1:2", ""));
        Files.setLastModifiedTime(directory.path().resolve("control-plane.json"), FileTime.fromMillis(0));

        assertEquals("127.0.0.1:1", directory.controlPlane().xds(), "clocks are set");
    }

    @Test
    void theStartOfAProcessIsTheSameEachTimeAndAnotherOfAnother() throws Exception {
        String own = ProcessStart.of(PID);
        assertEquals(own, ProcessStart.of(PID));
        Process later = new ProcessBuilder("sleep", "1000").start();
        try {
            assertNotEquals(own, ProcessStart.of(later.pid()));
        } finally {
            later.destroyForcibly().waitFor();
        }
        assertNull(ProcessStart.of(later.pid()));
        assertNull(ProcessStart.of(-1));
    }

    @Test
    void aLinkInPlaceOfAFileIsRefused() throws IOException {
        RuntimeDirectory directory = RuntimeDirectory.at(temp.resolve("run"));
        directory.write(new ControlPlaneFile(PID, "a", "b", ""));
        Path file = directory.path().resolve("control-plane.json");
        Files.createSymbolicLink(file, Files.move(file, temp.resolve("elsewhere")));

        IOException e = assertThrows(IOException.class, directory::controlPlane);
        assertTrue(e.toString().contains("is not a file"), e.toString());
    }

    @Test
    void aFileOfOnesOwnIsInTheDirectoryWhichIsThereThen() throws IOException {
        RuntimeDirectory directory = RuntimeDirectory.at(temp.resolve("run"));

        assertEquals(temp.resolve("run/calls.jsonl"), directory.file("calls.jsonl"));
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.path())));
    }

    @Test
    void aMissingDirectoryHoldsNobody() throws IOException {
        RuntimeDirectory directory = RuntimeDirectory.at(temp.resolve("none"));
        assertNull(directory.controlPlane());
        assertEquals(List.of(), directory.agents());
        assertTrue(Files.notExists(directory.path()));
    }

    @Test
    void aDirectoryThatOthersCanWriteToIsRefused() throws IOException {
        Path open = Files.createDirectory(temp.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwx---"));
        RuntimeDirectory directory = RuntimeDirectory.at(open);

        assertThrows(IOException.class, () -> directory.write(new ControlPlaneFile(PID, "a", "b", "")));
        IOException e = assertThrows(IOException.class, directory::controlPlane);
        assertTrue(e.toString().contains("can be written by other users"), e.toString());
        assertThrows(IOException.class, () -> directory.file("calls.jsonl"));
    }

    @Test
    void aLinkInPlaceOfTheDirectoryIsRefused() throws IOException {
        Path link = Files.createSymbolicLink(temp.resolve("link"), Files.createDirectory(temp.resolve("target")));
        assertThrows(IOException.class, () -> RuntimeDirectory.at(link).write(new ControlPlaneFile(PID, "a", "b", "")));
    }

    @Test
    void onlyTheOwnFileOfAControlPlaneIsDeleted() throws IOException {
        RuntimeDirectory directory = RuntimeDirectory.at(temp.resolve("run"));
        ControlPlaneFile mine = new ControlPlaneFile(PID, "a", "b", "");
        directory.write(mine);
        directory.deleteControlPlane(PID + 1);
        assertEquals(mine, directory.controlPlane());
        directory.deleteControlPlane(PID);
        assertNull(directory.controlPlane());
    }

    @Test
    void brokenFilesAreAnErrorThatNamesThem() throws IOException {
        RuntimeDirectory directory = RuntimeDirectory.at(temp.resolve("run"));
        directory.write(new ControlPlaneFile(PID, "a", "b", ""));
        Path file = directory.path().resolve("control-plane.json");
        for (String broken :
                List.of("", "{", "{\"pid\":1}", "{\"pid\":\"x\"}", "{\"pid\":\"1\"} x", "[]", "{\"\\q\"")) {
            Files.writeString(file, broken);
            IOException e = assertThrows(IOException.class, directory::controlPlane, broken);
            assertTrue(e.toString().contains("control-plane.json"), e.toString());
        }
    }

    @Test
    void theTokenIsNotPrinted() {
        assertTrue(!new AgentFile(1, "order", "x", "secret").toString().contains("secret"));
        assertTrue(!new ControlPlaneFile(1, "a", "b", "secret").toString().contains("secret"));
    }

    @Test
    void theWordOfAControlPlaneOfAnEarlierVersionHasNoToken() throws IOException {
        RuntimeDirectory directory = RuntimeDirectory.at(temp.resolve("run"));
        directory.write(new ControlPlaneFile(PID, "a", "b", "secret"));
        Files.writeString(
                directory.path().resolve("control-plane.json"),
                "{\"pid\":\"" + PID + "\",\"xds\":\"a\",\"rest\":\"b\"}");
        assertEquals(new ControlPlaneFile(PID, "a", "b", ""), directory.controlPlane());
    }
}
