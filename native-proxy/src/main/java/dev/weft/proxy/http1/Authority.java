package dev.weft.proxy.http1;

/**
 * Where a host and a port stand in the bytes of a head (RFC 9110, section 7.2). User information is refused, and so is
 * what is neither a name nor an address.
 */
final class Authority {
    private static final int USUAL = 80;
    private static final int MOST_DIGITS = 5;

    private int hostStart;
    private int hostEnd;
    private int port;

    void clear() {
        hostStart = 0;
        hostEnd = 0;
        port = USUAL;
    }

    /** Whether these bytes are a host, in brackets where it is of IPv6, and a port or none. */
    boolean read(byte[] in, int from, int to) {
        int end = from < to && in[from] == '[' ? bracketed(in, from, to) : named(in, from, to);
        return hostStart < hostEnd && (end == to || end > 0 && in[end] == ':' && port(in, end + 1, to));
    }

    /** Where the name ends; -1 where a part of it is empty. */
    private int named(byte[] in, int from, int to) {
        int end = from;
        while (end < to && Octets.is(Octets.HOST, in[end])) {
            if (in[end] == '.' && end > from && in[end - 1] == '.') {
                return -1;
            }
            end++;
        }
        hostStart = from;
        hostEnd = end;
        return end;
    }

    /** Where the address ends, behind its bracket; -1 for what is no address. */
    private int bracketed(byte[] in, int from, int to) {
        int end = from + 1;
        while (end < to && in[end] != ']') {
            byte octet = in[end++];
            if (octet != ':' && octet != '.' && Character.digit(octet, 16) < 0) {
                return -1;
            }
        }
        hostStart = from + 1;
        hostEnd = end;
        return end < to ? end + 1 : -1;
    }

    private boolean port(byte[] in, int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            int digit = in[i] - '0';
            if (digit < 0 || digit > 9 || i - from >= MOST_DIGITS) {
                return false;
            }
            number = number * 10 + digit;
        }
        port = number;
        return number > 0 && number < 65536;
    }

    int port() {
        return port;
    }

    /** Without port and brackets, in lower case; empty for none. */
    String host(byte[] in, TextCache texts) {
        for (int i = hostStart; i < hostEnd; i++) {
            in[i] = Octets.lower(in[i]);
        }
        return texts.text(in, hostStart, hostEnd);
    }
}
