package dev.weft.engine.snapshot;

import java.util.Collection;

/**
 * Rules out most names that are not in a set of names, in a few nanoseconds and whatever case they are written in: a
 * Bloom filter (Bloom, 1970) with one hash function, which looks at the length and at four characters of a name.
 */
public final class NameSketch {
    /** Eight bits for a name that is in the set: of those that are not, an eighth and those that look alike get by. */
    private static final int BITS_PER_NAME = 8;

    private final long[] bits;
    private final int shift;

    /** @param size how many names will be added, at most */
    NameSketch(int size) {
        int log = Math.max(6, 32 - Integer.numberOfLeadingZeros(Math.max(1, size) * BITS_PER_NAME - 1));
        bits = new long[1 << log - 6];
        shift = 32 - log;
    }

    public static NameSketch of(Collection<String> names) {
        NameSketch sketch = new NameSketch(names.size());
        names.forEach(sketch::add);
        return sketch;
    }

    void add(String name) {
        int bit = print(name) >>> shift;
        bits[bit >>> 6] |= 1L << bit;
    }

    /**
     * False when no name was added that is this one but for the case of ASCII letters and a dot at the end.
     *
     * @param print of the name
     */
    public boolean mayHave(int print) {
        int bit = print >>> shift;
        return (bits[bit >>> 6] & 1L << bit) != 0;
    }

    /** What {@link #mayHave} asks by: the same for a name in any case, with a dot at its end or without. */
    public static int print(String name) {
        int length = name.length();
        if (length > 0 && name.charAt(length - 1) == '.') {
            length--;
        }
        if (length == 0) {
            return 0;
        }
        int third = length / 3;
        int print = folded(name, 0) << 24
                ^ folded(name, third) << 16
                ^ folded(name, length - 1 - third) << 8
                ^ folded(name, length - 1)
                ^ length << 5;
        return print * 0x9E3779B9; // the upper bits depend on all: Knuth's multiplicative hash
    }

    private static int folded(String name, int at) {
        return name.charAt(at) | 0x20; // takes A for a, and a few others for each other, which does no harm
    }
}
