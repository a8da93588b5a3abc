package dev.weft.control.pause;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.control.keep.ChangedElsewhereException;
import dev.weft.control.keep.DirectoryDocuments;
import dev.weft.control.keep.Documents;
import dev.weft.control.keep.MemoryStore;
import dev.weft.control.keep.SharedDocuments;
import dev.weft.control.keep.StoreAwayException;
import dev.weft.control.log.CapturedLog;
import dev.weft.control.queue.ManualQueue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PausesTest {
    private static final Clock NOON = Clock.fixed(Instant.parse("2026-01-01T12:00:00Z"), ZoneOffset.UTC);

    @TempDir
    Path temp;

    private final CapturedLog log = new CapturedLog();
    private final List<String> told = new ArrayList<>();

    private Pauses pauses(@Nullable Documents documents) {
        Pauses pauses = new Pauses(documents, new ManualQueue(), NOON, log.log());
        pauses.listen(now -> told.add(now.toString()));
        pauses.load();
        return pauses;
    }

    private Pauses kept() {
        return pauses(new DirectoryDocuments(temp, log.log()));
    }

    @Test
    void aPauseIsKeptUntilItIsTakenBack() throws IOException {
        assertTrue(kept().put("default", "order", "it hangs"));
        Pauses second = kept();
        assertEquals(
                List.of(new Pause("default", "order", NOON.instant(), "it hangs")), second.all(), "after a restart");
        assertFalse(second.put("default", "order", "still"), "only its reason is new");
        assertTrue(second.remove("default", "order"));
        assertFalse(second.remove("default", "order"));
        assertEquals(List.of(), kept().all());
        assertEquals(4, told.size(), "put, read again, other reason, taken back: " + told);
        assertTrue(log.text().contains("the agents of default/order are paused: it hangs"), log.text());
        assertTrue(log.text().contains("the agents of default/order go on"), log.text());
    }

    @Test
    void withoutAPlaceToKeepItAPauseCountsUntilTheEnd() throws IOException {
        Pauses pauses = pauses(null);
        assertTrue(pauses.put("*", "*", ""));
        assertEquals(1, pauses.all().size());
    }

    @Test
    void whatCannotBeReadPausesNobodyAndIsSaid() throws IOException {
        kept().put("default", "order", "");
        Files.writeString(temp.resolve("pauses/pauses.json"), "[{");
        assertEquals(List.of(), kept().all());
        assertTrue(log.text().contains("pauses.json can't be read, nobody is paused by it"), log.text());
    }

    @Test
    void whatIsPausedAtOneReplicaIsPausedAtAll() throws IOException {
        MemoryStore store = new MemoryStore();
        MemoryStore.Member a = store.member("a");
        MemoryStore.Member b = store.member("b");
        Pauses atA = pauses(new SharedDocuments(a, List.of(Pauses.FOLDER)));
        Pauses atB = pauses(new SharedDocuments(b, List.of(Pauses.FOLDER)));
        atA.put("default", "order", "");
        b.hear();
        assertEquals(atA.all(), atB.all());
        atB.remove("default", "order");
        assertThrows(ChangedElsewhereException.class, () -> atA.put("default", "cart", ""), "a has not heard of it");
        a.hear();
        assertEquals(List.of(), atA.all());
        atA.put("default", "cart", "");
        assertEquals(1, atA.all().size());
    }

    @Test
    void whileTheStoreIsAwayNothingChanges() {
        MemoryStore store = new MemoryStore();
        MemoryStore.Member member = store.member("a");
        Pauses pauses = pauses(new SharedDocuments(member, List.of(Pauses.FOLDER)));
        member.away = "etcd does not answer";
        assertThrows(StoreAwayException.class, () -> pauses.put("default", "order", ""));
        assertEquals(List.of(), pauses.all());
    }

    @ParameterizedTest
    @CsvSource({
        "default, order, default, order, true",
        "default, order, default, cart, false",
        "default, order, other, order, false",
        "default, *, default, cart, true",
        "default, *, other, cart, false",
        "*, *, other, cart, true",
    })
    void aPauseIsForWhomItNames(String namespace, String service, String ofNamespace, String ofService, boolean takes) {
        assertEquals(takes, new Pause(namespace, service, NOON.instant(), "").takes(ofNamespace, ofService));
    }
}
