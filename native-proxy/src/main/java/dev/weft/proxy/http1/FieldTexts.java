package dev.weft.proxy.http1;

import io.netty.util.AsciiString;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Names and values of fields by their bytes, for HTTP/2: most were there before, and keep the hash by which they are looked up
 * when a head is compressed (RFC 7541). Direct-mapped and bounded, one for each event loop; a collision only costs a copy.
 */
public final class FieldTexts {
    private static final int SLOTS = 512;
    private static final int LONGEST = 128;

    private final @Nullable AsciiString[] slots = new @Nullable AsciiString[SLOTS];

    /** The text that these bytes are. */
    public AsciiString text(byte[] in, int from, int to) {
        int length = to - from;
        if (length > LONGEST) {
            return new AsciiString(in, from, length, true);
        }
        int slot = Octets.sketch(in, from, to) & SLOTS - 1;
        AsciiString known = slots[slot];
        if (known != null && Arrays.equals(known.array(), 0, known.length(), in, from, to)) {
            return known;
        }
        AsciiString made = new AsciiString(in, from, length, true);
        slots[slot] = made;
        return made;
    }
}
