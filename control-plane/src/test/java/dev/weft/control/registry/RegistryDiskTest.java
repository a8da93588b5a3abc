package dev.weft.control.registry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.control.log.CapturedLog;
import dev.weft.control.registry.RegistryDisk.Change;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryDiskTest {
    private final CapturedLog log = new CapturedLog();

    @TempDir
    Path directory;

    private RegistryDisk disk() {
        return new RegistryDisk(directory, log.log());
    }

    private Path journal() {
        return directory.resolve("registry.journal");
    }

    private static Change change(String service, String... addresses) {
        return change(service, Map.of(), addresses);
    }

    private static Change change(String service, Map<String, String> labels, String... addresses) {
        List<Kept> kept = new ArrayList<>();
        for (String address : addresses) {
            kept.add(new Kept(
                    new Instance(
                            service,
                            "default",
                            service + ".default",
                            address,
                            80,
                            "http",
                            labels,
                            "",
                            "",
                            1,
                            State.UP,
                            Instant.EPOCH,
                            "node",
                            Set.of()),
                    Overlay.NONE,
                    null,
                    null,
                    false));
        }
        return Change.of(service + ".default", kept);
    }

    private List<String> loaded() {
        return disk().load().stream().map(kept -> kept.own().key().toString()).toList();
    }

    @Test
    void theLastWordAboutAServiceCountsAndAnEmptyOneTakesItAway() {
        RegistryDisk disk = disk();
        disk.write(List.of(change("a", "10.0.0.1", "10.0.0.2"), change("b", "10.0.0.3")));
        disk.write(List.of(change("a", "10.0.0.2")));
        disk.write(List.of(change("b")));
        assertEquals(List.of("10.0.0.2:80"), loaded());
    }

    @Test
    void whoAnInstanceHasShownItselfToBeIsKept() {
        Set<String> shown = Set.of("spiffe://mesh/ns/default/sa/a", "spiffe://mesh/ns/default/sa/b");
        Instance instance = new Instance(
                "a",
                "default",
                "a.default",
                "10.0.0.1",
                80,
                "http",
                Map.of(),
                "",
                "",
                1,
                State.UP,
                Instant.EPOCH,
                "n",
                Set.of(),
                shown);
        disk().write(List.of(Change.of("a.default", List.of(new Kept(instance, Overlay.NONE, null, null, false)))));
        assertEquals(
                List.of(shown),
                disk().load().stream().map(kept -> kept.own().identities()).toList());
    }

    @Test
    void aLineThatWasBeingWrittenWhenTheProcessDiedIsLeftOutAndNotContinued() throws IOException {
        disk().write(List.of(change("a", "10.0.0.1")));
        Files.writeString(journal(), "{\"host\":\"b.default\",\"inst", StandardOpenOption.APPEND);
        assertEquals(List.of("10.0.0.1:80"), loaded());

        disk().write(List.of(change("c", "10.0.0.4")));
        assertEquals(List.of("10.0.0.1:80", "10.0.0.4:80"), loaded());
        assertEquals("", log.text());
    }

    @Test
    void aJournalThatEndsAtAnyByteGivesEveryWholeLine() throws IOException {
        RegistryDisk disk = disk();
        disk.write(List.of(change("a", "10.0.0.1")));
        disk.write(List.of(change("b", Map.of("team", "entrée 中文 😀"), "10.0.0.2")));
        disk.write(List.of(change("c", "10.0.0.3")));
        byte[] all = Files.readAllBytes(journal());
        List<String> everyone = List.of("10.0.0.1:80", "10.0.0.2:80", "10.0.0.3:80");
        int lines = 0;
        for (int length = 0; length <= all.length; length++) {
            lines += length > 0 && all[length - 1] == '\n' ? 1 : 0;
            Files.write(journal(), Arrays.copyOf(all, length));
            assertEquals(everyone.subList(0, lines), loaded(), "cut at " + length);
        }
        assertEquals(3, lines);
        assertEquals("", log.text());
    }

    @Test
    void aLineThatCantBeReadCostsNothingElseAndIsKeptForAPerson() throws IOException {
        disk().write(List.of(change("a", "10.0.0.1")));
        disk().write(List.of(change("b", "10.0.0.2")));
        byte[] good = Files.readAllBytes(journal());
        try (OutputStream out = Files.newOutputStream(journal())) {
            out.write(good);
            out.write(new byte[] {'{', (byte) 0xE4, (byte) 0xB8, '\n', '{', '}', '\n', 0, 0, '\n'});
            out.write(good);
        }
        byte[] damaged = Files.readAllBytes(journal());
        assertEquals(List.of("10.0.0.1:80", "10.0.0.2:80"), loaded());
        assertTrue(log.text().contains("the line at byte " + good.length + " can't be read"), log.text());

        disk().write(List.of(change("c", "10.0.0.3")));
        assertEquals(List.of("10.0.0.1:80", "10.0.0.2:80", "10.0.0.3:80"), loaded());
        assertArrayEquals(damaged, Files.readAllBytes(directory.resolve("registry.journal.damaged")));
    }

    @Test
    void aWholeThatCantBeReadLeavesTheJournalAndStaysForAPerson() throws IOException {
        disk().write(List.of(change("a", "10.0.0.1")));
        disk().write(List.of(change("b", "10.0.0.2")));
        Files.writeString(directory.resolve("registry.json"), "[{");
        disk().write(List.of(change("c", "10.0.0.3")));
        assertEquals(List.of("10.0.0.2:80", "10.0.0.3:80"), loaded());
        assertEquals("[{", Files.readString(directory.resolve("registry.json.damaged")));
    }

    @Test
    void whatALaterVersionHasWrittenBesideIsLeftAlone() throws IOException {
        disk().write(List.of(change("a", "10.0.0.1")));
        disk().write(List.of(change("b", "10.0.0.2")));
        for (Path file : List.of(directory.resolve("registry.json"), journal())) {
            String text = Files.readString(file);
            Files.writeString(file, text.replace("{\"", "{\"later\":[{}],\""));
        }
        assertEquals(List.of("10.0.0.1:80", "10.0.0.2:80"), loaded());
        assertEquals("", log.text());
    }

    @Test
    void aJournalThatIsReadAgainAfterItBecameAWholeChangesNothing() throws IOException {
        disk().write(List.of(change("a", "10.0.0.1")));
        String before = Files.readString(journal());
        disk().write(List.of(change("b", "10.0.0.2")));
        Files.writeString(journal(), before + Files.readString(journal()));
        assertEquals(List.of("10.0.0.1:80", "10.0.0.2:80"), loaded());
    }

    @Test
    void aJournalThatOutgrowsTheWholeBecomesOne() throws IOException {
        RegistryDisk disk = disk();
        String[] many = new String[200];
        for (int i = 0; i < many.length; i++) {
            many[i] = "10.0.1." + i;
        }
        long longest = 0;
        for (int i = 0; i < 100; i++) {
            disk.write(List.of(change("a", many)));
            longest = Math.max(longest, Files.size(journal()));
        }
        assertTrue(longest < 3 * 1024 * 1024, "grew to " + longest);
        assertEquals(200, loaded().size());
    }

    @Test
    void whatCouldNotBeWrittenIsWrittenWithTheNextChange() throws IOException {
        RegistryDisk disk = disk();
        disk.write(List.of(change("a", "10.0.0.1")));
        Files.delete(journal());
        Files.createDirectory(journal());
        disk.write(List.of(change("b", "10.0.0.2")));
        assertTrue(log.text().contains("registry.json can't be written"), log.text());
        Files.delete(journal());
        assertFalse(Files.exists(journal()));
        disk.write(List.of(change("a", "10.0.0.3")));
        assertEquals(List.of("10.0.0.2:80", "10.0.0.3:80"), loaded());
    }
}
