package dev.weft.proxy.http1;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Strings by their bytes: what the rules ask for as text is nearly always text that was there before. Direct-mapped and
 * bounded, one for each event loop; a collision only costs a new String.
 */
final class TextCache {
    private static final int SLOTS = 1024;
    private static final int LONGEST = 256;

    private final @Nullable String[] slots = new @Nullable String[SLOTS];

    /** @param to end of the bytes, each of which stands for itself (ISO 8859-1) */
    String text(byte[] in, int from, int to) {
        int length = to - from;
        if (length == 0) {
            return "";
        }
        if (length > LONGEST) {
            return new String(in, from, length, StandardCharsets.ISO_8859_1);
        }
        int hash = length;
        for (int i = from; i < to; i++) {
            hash = hash * 31 + in[i];
        }
        int slot = (hash ^ hash >>> 10 ^ hash >>> 20) & SLOTS - 1;
        String known = slots[slot];
        if (known != null && same(known, in, from, length)) {
            return known;
        }
        String made = new String(in, from, length, StandardCharsets.ISO_8859_1);
        slots[slot] = made;
        return made;
    }

    private static boolean same(String known, byte[] in, int from, int length) {
        if (known.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (known.charAt(i) != (in[from + i] & 0xFF)) {
                return false;
            }
        }
        return true;
    }
}
