package dev.weft.engine.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.snapshot.Directory.Entry;
import dev.weft.engine.snapshot.Directory.State;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Beside an ordinary map of the same names. */
class NameIndexTest {
    /** Services with names that begin theirs, names that don't, several sets of ports, and one without its own name. */
    private static Map<String, Entry> some(Random random) {
        Map<String, Entry> names = new HashMap<>();
        int services = random.nextInt(200);
        for (int i = 0; i < services; i++) {
            String host = "s" + random.nextInt(300) + ".shop.svc.cluster.local";
            Entry entry = new Entry(host, random.nextInt(4) == 0 ? Set.of(80 + random.nextInt(2)) : Set.of());
            for (int end = host.indexOf('.'); end > 0 && random.nextInt(5) > 0; end = host.indexOf('.', end + 1)) {
                names.put(host.substring(0, end), entry);
            }
            if (random.nextInt(3) == 0) {
                names.put("10.0." + random.nextInt(200) + ".7", entry);
            }
            if (random.nextInt(4) > 0) {
                names.put(host, entry);
            }
        }
        return names;
    }

    @Test
    void itIsAMapOfWhatItIsMadeOf() {
        Random random = new Random(4711);
        for (int round = 0; round < 300; round++) {
            Map<String, Entry> names = some(random);
            Map<String, Entry> index = NameIndex.of(names);
            assertEquals(names, index);
            assertEquals(index, names);
            assertEquals(names.size(), index.size());
            names.forEach((name, entry) -> assertEquals(entry, index.get(name)));
            for (String absent : List.of("", "s1x", "s", "S1", "s1.shop.svc.cluster.local.", "\u00e9")) {
                assertEquals(names.get(absent), index.get(absent));
            }
            Directory directory = new Directory(State.KNOWN, names);
            names.forEach((name, entry) -> {
                assertTrue(directory.sketch().mayHave(NameSketch.print(name)), name);
                Set<String> same = new TreeSet<>();
                names.forEach((other, of) -> {
                    if (of.service().equals(entry.service())) {
                        same.add(other);
                    }
                });
                assertEquals(same, new TreeSet<>(directory.namesOf(entry.service())));
                assertEquals(same.size(), directory.namesOf(entry.service()).size());
            });
        }
    }

    @Test
    void namesOfOneHashAreToldApart() {
        Entry first = new Entry("a", Set.of());
        Entry second = new Entry("b", Set.of());
        assertEquals("Aa.x".hashCode(), "BB.x".hashCode());
        Map<String, Entry> index = NameIndex.of(Map.of("Aa.x", first, "BB.x", second));
        assertEquals(first, index.get("Aa.x"));
        assertEquals(second, index.get("BB.x"));
        assertNull(index.get("AaBB"));
        assertFalse(index.containsKey("AaBB"));
    }

    @Test
    void whatIsNoPlainNameIsKeptAsItIs() {
        Map<String, Entry> names =
                Map.of("\u00e9.example", new Entry("e.example", Set.of()), "x".repeat(2000), new Entry("", Set.of()));
        assertEquals(names, NameIndex.of(names));
        assertEquals(List.of("\u00e9.example"), new Directory(State.KNOWN, names).namesOf("e.example"));
        for (String name : names.keySet()) {
            assertTrue(new Directory(State.KNOWN, names).sketch().mayHave(NameSketch.print(name)));
        }
    }

    @Test
    void itIsNotMadeTwice() {
        Map<String, Entry> index = NameIndex.of(Map.of("a", new Entry("a", Set.of())));
        assertSame(index, new Directory(State.KNOWN, index).names());
    }
}
