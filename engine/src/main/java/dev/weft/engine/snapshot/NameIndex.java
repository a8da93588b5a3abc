package dev.weft.engine.snapshot;

import java.nio.charset.StandardCharsets;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The names of a mesh in few bytes each: there are tens of thousands, of which an application calls some.
 * A map of strings takes some 200 bytes for a name; this takes 16, and the full name of its service once.
 *
 * <p>All text stands in one array, service by service: first the full name, then those other names that are
 * no beginning of it, as {@code order} and {@code order.default} are. A name is a place and a length in it,
 * and its service is the one in whose stretch the place is. An open hash table leads from a string's hash
 * code to the name, so that a string is looked up without a copy of it. The object of a service is made when
 * it is first asked for.
 */
final class NameIndex extends AbstractMap<String, Directory.Entry> {
    private static final int FREE = -1;
    private static final int LONGEST = 1024;

    private final byte[] text;
    /** Where the stretch of each service begins; it does with the full name. */
    private final int[] begins;

    private final short[] hosts;
    /** The first name of each service; the others follow it. */
    private final int[] firsts;

    private final List<Set<Integer>> ports;
    private final AtomicReferenceArray<Directory.@Nullable Entry> entries;

    private final int[] places;
    private final short[] lengths;
    /** Numbers of names; as many as a power of two, a quarter of them free at least. */
    private final int[] slots;

    private final NameSketch sketch;

    /** The same names; those that can't be kept so, such as with letters beyond ASCII, as an ordinary map. */
    static Map<String, Directory.Entry> of(Map<String, Directory.Entry> names) {
        if (names instanceof NameIndex) {
            return names;
        }
        boolean isPlain = names.entrySet().stream()
                .allMatch(name ->
                        isPlain(name.getKey()) && isPlain(name.getValue().service()));
        return isPlain ? new NameIndex(names) : Map.copyOf(names);
    }

    private static boolean isPlain(String name) {
        return !name.isEmpty() && name.length() <= LONGEST && name.chars().allMatch(c -> c < 0x80);
    }

    private NameIndex(Map<String, Directory.Entry> names) {
        Map<String, List<Directory.Entry>> distinct = new TreeMap<>();
        Map<Directory.Entry, Set<String>> byEntry = new HashMap<>();
        names.forEach((name, entry) -> {
            Set<String> known = byEntry.computeIfAbsent(entry, e -> new TreeSet<>());
            if (known.isEmpty()) {
                distinct.computeIfAbsent(entry.service(), s -> new ArrayList<>())
                        .add(entry);
            }
            known.add(name);
        });
        List<Directory.Entry> services =
                distinct.values().stream().flatMap(List::stream).toList();
        begins = new int[services.size()];
        hosts = new short[services.size()];
        firsts = new int[services.size()];
        ports = services.stream().map(Directory.Entry::ports).toList();
        entries = new AtomicReferenceArray<>(services.size());
        places = new int[names.size()];
        lengths = new short[names.size()];
        slots = new int[Integer.highestOneBit(Math.max(1, names.size() * 4 / 3)) * 2];
        Arrays.fill(slots, FREE);
        StringBuilder all = new StringBuilder();
        sketch = new NameSketch(names.size());
        int count = 0;
        for (int service = 0; service < begins.length; service++) {
            Directory.Entry entry = services.get(service);
            String host = entry.service();
            begins[service] = all.length();
            hosts[service] = (short) host.length();
            firsts[service] = count;
            all.append(host);
            for (String name : byEntry.getOrDefault(entry, Set.of())) {
                boolean isBeginning = host.startsWith(name);
                places[count] = isBeginning ? begins[service] : all.length();
                lengths[count] = (short) name.length();
                sketch.add(name);
                all.append(isBeginning ? "" : name);
                slots[free(name)] = count++;
            }
        }
        text = all.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private int free(String name) {
        int slot = start(name);
        while (slots[slot] != FREE) {
            slot = next(slot);
        }
        return slot;
    }

    private int start(String name) {
        int hash = name.hashCode();
        return (hash ^ hash >>> 16) & slots.length - 1;
    }

    private int next(int slot) {
        return slot + 1 & slots.length - 1;
    }

    @Override
    public Directory.@Nullable Entry get(@Nullable Object key) {
        if (key instanceof String name) {
            for (int slot = start(name); slots[slot] != FREE; slot = next(slot)) {
                if (is(slots[slot], name)) {
                    return entry(slots[slot]);
                }
            }
        }
        return null;
    }

    private boolean is(int number, String name) {
        int length = lengths[number];
        if (length != name.length()) {
            return false;
        }
        int place = places[number];
        for (int i = 0; i < length; i++) {
            if (text[place + i] != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    NameSketch sketch() {
        return sketch;
    }

    /** Every name of a service. */
    List<String> of(String service) {
        List<String> names = new ArrayList<>();
        for (int i = first(service);
                i < begins.length && string(begins[i], hosts[i]).equals(service);
                i++) {
            int end = i + 1 < firsts.length ? firsts[i + 1] : places.length;
            for (int number = firsts[i]; number < end; number++) {
                names.add(string(places[number], lengths[number]));
            }
        }
        return names;
    }

    /** The first of its objects: services stand in the order of their names, also one with several sets of ports. */
    private int first(String service) {
        int low = 0;
        int high = begins.length;
        while (low < high) {
            int middle = low + high >>> 1;
            if (string(begins[middle], hosts[middle]).compareTo(service) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Several threads may make the same one; any of them will do. */
    private Directory.Entry entry(int number) {
        int found = Arrays.binarySearch(firsts, number);
        int service = found >= 0 ? found : -found - 2;
        Directory.Entry entry = entries.get(service);
        if (entry == null) {
            entry = new Directory.Entry(string(begins[service], hosts[service]), ports.get(service));
            entries.set(service, entry);
        }
        return entry;
    }

    private String string(int place, int length) {
        return new String(text, place, length, StandardCharsets.US_ASCII);
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
        return get(key) != null;
    }

    @Override
    public int size() {
        return places.length;
    }

    /** Made anew from name to name; nothing here can be changed. */
    @Override
    public Set<Map.Entry<String, Directory.Entry>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public Iterator<Map.Entry<String, Directory.Entry>> iterator() {
                return IntStream.range(0, places.length)
                        .mapToObj(number -> Map.entry(string(places[number], lengths[number]), entry(number)))
                        .iterator();
            }

            @Override
            public int size() {
                return places.length;
            }
        };
    }
}
