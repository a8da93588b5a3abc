package dev.weft.control.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.control.keep.DirectoryDocuments;
import dev.weft.control.log.CapturedLog;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Versions of all rules, and the way back to one of them. */
class RuleHistoryTest {
    private static final RuleId OF_API = new RuleId("DestinationRule", "default", "audit");

    @TempDir
    Path temp;

    private final CapturedLog log = new CapturedLog();
    private final List<String> told = new ArrayList<>();
    private Path root;
    private Path state;
    private RuleStore store;

    @BeforeEach
    void start() throws IOException {
        root = Files.createDirectories(temp.resolve("rules"));
        state = temp.resolve("state");
        begin();
    }

    private void begin() {
        store = new RuleStore(
                root,
                new DirectoryDocuments(state, log.log()),
                new RuleParser(new HostNames("cluster.local")),
                log.log());
        store.load();
        store.listen(rules -> told.add(rules.version()));
    }

    private static String rule(String host, String balancer) {
        return """
                apiVersion: networking.istio.io/v1
                kind: DestinationRule
                metadata: {name: %s}
                spec: {host: %s, trafficPolicy: {loadBalancer: {simple: %s}}}
                """.formatted(host, host, balancer);
    }

    private void save(String balancer) throws IOException {
        Path file = Files.writeString(root.resolve("order.yaml"), rule("order", balancer));
        store.scan(Set.of(file));
    }

    private void put(String balancer) {
        assertInstanceOf(
                RuleChange.Done.class,
                store.put(
                        OF_API,
                        rule("audit", balancer).getBytes(StandardCharsets.UTF_8),
                        RuleStore.Condition.NONE,
                        false));
    }

    private List<String> inForce() {
        return store.rules().of(DestinationRule.class).stream()
                .map(rule -> rule.name() + " " + rule.policy().loadBalancer().balancer())
                .toList();
    }

    private List<List<String>> changes() {
        return store.versions().stream().map(RuleVersion::changes).toList();
    }

    @Test
    void everyChangeOfTheFilesAndOfTheApiIsAVersion() throws IOException {
        save("RANDOM");
        put("RANDOM");
        save("ROUND_ROBIN");
        Files.delete(root.resolve("order.yaml"));
        store.scan(Set.of());
        assertEquals(
                List.of(
                        List.of(),
                        List.of("+order.yaml"),
                        List.of("+api:DestinationRule/default/audit"),
                        List.of("~order.yaml"),
                        List.of("-order.yaml")),
                changes());
        assertEquals(
                List.of(1L, 2L, 3L, 4L, 5L),
                store.versions().stream().map(RuleVersion::number).toList());
    }

    @Test
    void aRefusedFileIsNoVersion() throws IOException {
        save("RANDOM");
        save("NONSENSE");
        assertEquals(2, store.versions().size());
    }

    @Test
    void aRollbackPutsBackWhatWasInForceWhateverTheFilesSayAndTellsTheListener() throws IOException {
        save("RANDOM");
        put("RANDOM");
        String good = store.rules().version();
        save("ROUND_ROBIN");
        assertInstanceOf(RuleChange.Done.class, store.rollback(null, false));
        assertEquals(List.of("order RANDOM", "audit RANDOM"), inForce());
        assertEquals(good, told.get(told.size() - 1));
        assertEquals(3L, store.held());

        int before = told.size();
        save("LEAST_REQUEST");
        assertEquals(before, told.size(), "what is held stays in force");
        assertEquals(List.of("order RANDOM", "audit RANDOM"), inForce());
        assertEquals(5, store.versions().size(), "but what was saved is a version");
        RuleChange refused = store.delete(OF_API, RuleStore.Condition.NONE, false);
        assertTrue(refused instanceof RuleChange.Conflict conflict
                && conflict.reason().contains("is held"));

        assertInstanceOf(RuleChange.Done.class, store.release(false));
        assertEquals(List.of("order LEAST_REQUEST", "audit RANDOM"), inForce());
        assertNull(store.held());
    }

    @Test
    void twoRollbacksGoTwoVersionsBack() throws IOException {
        save("RANDOM");
        save("ROUND_ROBIN");
        save("LEAST_REQUEST");
        store.rollback(null, false);
        assertEquals(List.of("order ROUND_ROBIN"), inForce());
        store.rollback(null, false);
        assertEquals(List.of("order RANDOM"), inForce());
        store.rollback(1L, false);
        assertEquals(List.of(), inForce());
        assertInstanceOf(RuleChange.Missing.class, store.rollback(null, false));
        assertInstanceOf(RuleChange.Missing.class, store.rollback(99L, false));
    }

    @Test
    void aTrialSaysWhatWouldComeAndChangesNothing() throws IOException {
        save("RANDOM");
        save("ROUND_ROBIN");
        RuleChange.Done done = (RuleChange.Done) store.rollback(null, true);
        assertNotEquals(done.before().version(), done.after().version());
        assertEquals(List.of("order ROUND_ROBIN"), inForce());
        assertNull(store.held());
        assertInstanceOf(RuleChange.Conflict.class, store.release(true));
    }

    @Test
    void historyAndWhatIsHeldOutliveARestart() throws IOException {
        save("RANDOM");
        save("ROUND_ROBIN");
        store.rollback(null, false);
        begin();
        assertEquals(List.of("order RANDOM"), inForce());
        assertEquals(2L, store.held());
        assertEquals(3, store.versions().size());
        store.release(false);
        begin();
        assertEquals(List.of("order ROUND_ROBIN"), inForce());
        assertEquals(3, store.versions().size(), "a start without a change is no version");
    }

    @Test
    void theOldestVersionsGoWhenThereAreTooMany() throws IOException {
        for (int i = 0; i < RuleHistory.MOST; i++) {
            save(i % 2 == 0 ? "RANDOM" : "ROUND_ROBIN");
        }
        save("LEAST_REQUEST");
        assertEquals(RuleHistory.MOST, store.versions().size());
        assertEquals(3, store.versions().get(0).number());
        try (Stream<Path> files = Files.list(state.resolve("history"))) {
            assertEquals(RuleHistory.MOST, files.count());
        }
    }

    @Test
    void aVersionThatIsHeldStaysHoweverManyComeAfterIt() throws IOException {
        save("RANDOM");
        save("ROUND_ROBIN");
        store.rollback(null, false);
        for (int i = 0; i < RuleHistory.MOST; i++) {
            save(i % 2 == 0 ? "LEAST_REQUEST" : "ROUND_ROBIN");
        }
        assertEquals(RuleHistory.MOST, store.versions().size());
        assertEquals(2, store.versions().get(0).number());
        begin();
        assertEquals(2L, store.held());
        assertEquals(List.of("order RANDOM"), inForce());
    }

    @Test
    void aHeldVersionThatCantBeReadIsForgottenSoThatNoOtherIsHeldByItsNumber() throws IOException {
        save("RANDOM");
        save("ROUND_ROBIN");
        store.rollback(3L, false);
        save("LEAST_REQUEST");
        Files.delete(state.resolve("history/000000000004.jsonl.gz"));
        Files.write(state.resolve("history/000000000003.jsonl.gz"), new byte[] {1, 2, 3});
        begin();
        assertNull(store.held());
        assertTrue(log.text().contains("version 3 can't be held any longer"), log.text());
        assertEquals(3, store.versions().get(2).number(), "the rules as they stand have got its number");
        begin();
        assertNull(store.held());
        save("RANDOM");
        assertEquals(List.of("order RANDOM"), inForce());
    }

    @Test
    void aVersionThatIsCutOffOrGarbageCostsNoOther() throws IOException {
        save("RANDOM");
        save("ROUND_ROBIN");
        save("LEAST_REQUEST");
        List<Path> files;
        try (Stream<Path> all = Files.list(state.resolve("history"))) {
            files = all.sorted().toList();
        }
        byte[] whole = Files.readAllBytes(files.get(1));
        Files.write(files.get(1), java.util.Arrays.copyOf(whole, whole.length - 20));
        Files.write(files.get(2), new byte[] {1, 2, 3});
        begin();
        assertTrue(log.text().contains(files.get(2) + " can't be read and is left out of the history"), log.text());
        assertFalse(store.rollback(2L, false) instanceof RuleChange.Done);
        assertEquals(List.of("order LEAST_REQUEST"), inForce());
        assertInstanceOf(RuleChange.Done.class, store.rollback(4L, false));
    }

    @Test
    void aVersionThatIsRefusedByNowIsNotPutBackInParts() throws IOException {
        save("RANDOM");
        save("ROUND_ROBIN");
        try (OutputStream file =
                new GZIPOutputStream(Files.newOutputStream(state.resolve("history/000000000002.jsonl.gz")))) {
            file.write("""
                    {"number": 2, "version": "old", "since": "2026-01-01T00:00:00Z", "changes": [], "files": 1}
                    {"name": "order.yaml", "isKept": false, "text": "kind: Forgotten"}
                    """.getBytes(StandardCharsets.UTF_8));
        }
        RuleChange change = store.rollback(2L, false);
        assertTrue(
                change instanceof RuleChange.Failed failed
                        && failed.reason().contains("this control plane refuses order.yaml:1:1"),
                change::toString);
        assertEquals(List.of("order ROUND_ROBIN"), inForce());
        assertNull(store.held());
    }

    @Test
    void aHistoryThatCantBeWrittenKeepsNoRuleOutOfForce() throws IOException {
        save("RANDOM");
        Path history = state.resolve("history");
        try (Stream<Path> all = Files.list(history)) {
            for (Path file : all.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(history);
        Files.writeString(history, "a file where the directory should be");
        save("ROUND_ROBIN");
        assertEquals(List.of("order ROUND_ROBIN"), inForce());
        assertTrue(log.text().contains("can't be kept for a rollback"), log.text());
        assertInstanceOf(RuleChange.Failed.class, store.rollback(2L, false));
    }

    @Test
    void theOneBeforeAVersionThatCouldNotBeKeptIsTheLastThatCould() throws IOException {
        save("RANDOM");
        save("ROUND_ROBIN");
        assertEquals(3L, store.current());
        Files.createDirectories(state.resolve("history/000000000004.jsonl.gz/in-the-way"));
        save("LEAST_REQUEST");
        assertTrue(log.text().contains("can't be kept for a rollback"), log.text());
        assertNull(store.current());
        assertInstanceOf(RuleChange.Done.class, store.rollback(null, false));
        assertEquals(List.of("order ROUND_ROBIN"), inForce());
        assertEquals(3L, store.current());
    }

    @Test
    void withoutAStateDirectoryThereIsNoWayBackAndItSaysSo() {
        RuleStore none = new RuleStore(root, null, new RuleParser(new HostNames("cluster.local")), log.log());
        none.load();
        assertEquals(List.of(), none.versions());
        assertInstanceOf(RuleChange.Conflict.class, none.rollback(null, false));
    }
}
