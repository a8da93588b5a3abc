package dev.weft.proxy.http1;

/**
 * Whether a path is one that nginx would serve: it takes escapes off before it looks where a path leads, and refuses
 * what leads beyond the root. Whoever behind us does the same sees what we have seen.
 */
final class PathOctets {
    private PathOctets() {}

    /** Goes down and up by its parts, as nginx does: escaped slashes part too, and empty parts are none. */
    static boolean served(byte[] in, int from, int to) {
        int depth = 0;
        int length = 0;
        int dots = 0;
        int i = from;
        while (i < to) {
            int octet = in[i] & 0xFF;
            if (octet == '%') {
                octet = escaped(in, i, to);
                i += 2;
            }
            i++;
            if (octet <= 0) {
                return false;
            }
            if (octet != '/') {
                length++;
                dots += octet == '.' ? 1 : 0;
                continue;
            }
            depth = deeper(depth, length, dots);
            if (depth < 0) {
                return false;
            }
            length = 0;
            dots = 0;
        }
        return deeper(depth, length, dots) >= 0;
    }

    private static int deeper(int depth, int length, int dots) {
        boolean isDots = length == dots && length <= 2;
        return isDots ? depth - length / 2 : depth + 1;
    }

    /** What an escape stands for; -1 for what is none. */
    static int escaped(byte[] in, int at, int to) {
        if (at + 2 >= to) {
            return -1;
        }
        int high = Character.digit(in[at + 1], 16);
        int low = Character.digit(in[at + 2], 16);
        return high < 0 || low < 0 ? -1 : high << 4 | low;
    }
}
