package dev.weft.proxy.http1;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The field lines of one head, as offsets into its bytes. Strict: what nginx or HAProxy refuses is refused (RFC 9112,
 * section 5), and nothing is repaired. Reused from head to head; no line makes an object.
 */
final class Fields {
    /** More bytes are needed. */
    static final int MORE = 0;
    /** The empty line was there. */
    static final int DONE = 1;

    static final int BAD = 400;
    static final int TOO_LARGE = 431;

    // What is known of a name.
    static final byte OTHER = 0;
    static final byte HOST = 1;
    static final byte CONTENT_LENGTH = 2;
    static final byte TRANSFER_ENCODING = 3;
    static final byte CONNECTION = 4;
    static final byte UPGRADE = 5;
    static final byte EXPECT = 6;
    /** For this hop alone, whatever {@code Connection} says (RFC 9110, section 7.6.1). */
    static final byte HOP = 7;
    // What proxies tell each other of a client: no client has a say in whether it goes on.
    static final byte FORWARDED_FOR = 8;
    static final byte FORWARDED_PROTO = 9;
    static final byte REQUEST_ID = 10;

    private static final int WIDTH = 4;
    private static final String GRPC = "application/grpc";

    private final int most;
    private int[] offsets = new int[16 * WIDTH];
    private byte[] kinds = new byte[16];
    private int count;
    /** A bit for each kind that is there. */
    private int seen;

    /** Where the line that is to be read next begins. */
    private int next;

    /** @param most how many lines there may be */
    Fields(int most) {
        this.most = most;
    }

    void begin(int at) {
        count = 0;
        seen = 0;
        next = at;
    }

    /**
     * Reads lines up to the empty one.
     *
     * @param to end of the bytes that are there
     * @return {@link #MORE}, {@link #DONE} or the status to refuse with
     */
    int read(byte[] in, int to) {
        while (true) {
            int at = next;
            if (at >= to) {
                return MORE;
            }
            if (in[at] == '\r') {
                if (at + 1 >= to) {
                    return MORE;
                }
                next = at + 2;
                return in[at + 1] == '\n' ? DONE : BAD;
            }
            int colon = at;
            while (colon < to && Octets.is(Octets.TOKEN, in[colon])) {
                colon++;
            }
            if (colon == to) {
                return MORE;
            }
            if (colon == at || in[colon] != ':') {
                return BAD; // also a folded line, and a space before the colon
            }
            int end = Octets.control(in, colon + 1, to);
            if (end + 1 >= to) {
                return end < to && in[end] != '\r' ? BAD : MORE;
            }
            if (in[end] != '\r' || in[end + 1] != '\n') {
                return BAD;
            }
            if (count == most) {
                return TOO_LARGE;
            }
            add(in, at, colon, end);
            next = end + 2;
        }
    }

    private void add(byte[] in, int at, int colon, int end) {
        int from = colon + 1;
        int to = end;
        while (from < to && blank(in[from])) {
            from++;
        }
        while (to > from && blank(in[to - 1])) {
            to--;
        }
        add(kind(in, at, colon), at, colon, from, to);
    }

    private void add(byte kind, int at, int colon, int from, int to) {
        if (count == kinds.length) {
            kinds = Arrays.copyOf(kinds, count * 2);
            offsets = Arrays.copyOf(offsets, count * 2 * WIDTH);
        }
        int place = count * WIDTH;
        offsets[place] = at;
        offsets[place + 1] = colon;
        offsets[place + 2] = from;
        offsets[place + 3] = to;
        kinds[count++] = kind;
        seen |= 1 << kind;
    }

    /** Takes a line for one of these that was written where they ended, with a blank behind its colon. */
    void append(byte kind, int colon, int to) {
        int at = start(count);
        add(kind, at, colon, colon + 2, to);
        next = to + 4; // its end, and the empty line's
    }

    /** Takes a line out, of the bytes too: those behind it move up. */
    void cut(byte[] in, int line) {
        int from = start(line);
        int to = start(line + 1);
        int end = start(count);
        System.arraycopy(in, to, in, from, end - to);
        count--;
        for (int i = line; i < count; i++) {
            kinds[i] = kinds[i + 1];
            for (int j = i * WIDTH; j < (i + 1) * WIDTH; j++) {
                offsets[j] = offsets[j + WIDTH] - (to - from);
            }
        }
        next -= to - from;
    }

    private static boolean blank(byte octet) {
        return octet == ' ' || octet == '\t';
    }

    private static byte kind(byte[] in, int from, int to) {
        return switch (to - from) {
            case 2 -> kind(in, from, to, "te", HOP);
            case 4 -> kind(in, from, to, "host", HOST);
            case 6 -> kind(in, from, to, "expect", EXPECT);
            case 7 -> kind(in, from, to, "upgrade", UPGRADE);
            case 10 ->
                Octets.lower(in[from]) == 'c'
                        ? kind(in, from, to, "connection", CONNECTION)
                        : kind(in, from, to, "keep-alive", HOP);
            case 12 -> kind(in, from, to, "x-request-id", REQUEST_ID);
            case 14 ->
                Octets.lower(in[from]) == 'c'
                        ? kind(in, from, to, "content-length", CONTENT_LENGTH)
                        : kind(in, from, to, "http2-settings", HOP);
            case 15 -> kind(in, from, to, "x-forwarded-for", FORWARDED_FOR);
            case 16 -> kind(in, from, to, "proxy-connection", HOP);
            case 17 ->
                Octets.lower(in[from]) == 'x'
                        ? kind(in, from, to, "x-forwarded-proto", FORWARDED_PROTO)
                        : kind(in, from, to, "transfer-encoding", TRANSFER_ENCODING);
            case 18 -> kind(in, from, to, "proxy-authenticate", HOP);
            case 19 -> kind(in, from, to, "proxy-authorization", HOP);
            default -> OTHER;
        };
    }

    private static byte kind(byte[] in, int from, int to, String lower, byte kind) {
        return Octets.same(in, from, to, lower) ? kind : OTHER;
    }

    /** Whether a content type is gRPC's, alone or with what it carries. */
    static boolean grpc(byte[] in, int from, int to) {
        int end = from + GRPC.length();
        return to >= end && Octets.same(in, from, end, GRPC) && (to == end || in[end] == '+' || in[end] == ';');
    }

    int count() {
        return count;
    }

    byte kind(int line) {
        return kinds[line];
    }

    /** Whether there was a line of that kind. */
    boolean has(byte kind) {
        return (seen & 1 << kind) != 0;
    }

    /** The first line of a kind at or after another; -1 for none. */
    int find(byte kind, int from) {
        for (int i = from; i < count; i++) {
            if (kinds[i] == kind) {
                return i;
            }
        }
        return -1;
    }

    /** Where a line begins; that of {@link #count()} is where the lines end. */
    int start(int line) {
        return line == count ? next - 2 : offsets[line * WIDTH];
    }

    int nameEnd(int line) {
        return offsets[line * WIDTH + 1];
    }

    int valueStart(int line) {
        return offsets[line * WIDTH + 2];
    }

    int valueEnd(int line) {
        return offsets[line * WIDTH + 3];
    }

    /** Where the body begins, once the lines are {@link #DONE}; before, where the next line does. */
    int end() {
        return next;
    }

    boolean named(byte[] in, int line, String name) {
        return Octets.sameText(in, start(line), nameEnd(line), name);
    }

    /** The first line of that name at or after another; -1 for none. */
    int find(byte[] in, String name, int from) {
        for (int i = from; i < count; i++) {
            if (named(in, i, name)) {
                return i;
            }
        }
        return -1;
    }

    /** Every value of a name, joined with a comma; null for none. */
    @Nullable
    String joined(byte[] in, String name, TextCache texts) {
        int first = find(in, name, 0);
        if (first < 0) {
            return null;
        }
        String value = texts.text(in, valueStart(first), valueEnd(first));
        for (int i = find(in, name, first + 1); i >= 0; i = find(in, name, i + 1)) {
            value = value + ',' + texts.text(in, valueStart(i), valueEnd(i));
        }
        return value;
    }

    /** The first value of a name; null for none. */
    @Nullable
    String first(byte[] in, String name, TextCache texts) {
        int line = find(in, name, 0);
        return line < 0 ? null : texts.text(in, valueStart(line), valueEnd(line));
    }

    /** Whether a tab stands around the value: a blank to most (RFC 9110, section 5.5), and a part of it to nginx. */
    boolean tabbed(byte[] in, int line) {
        int from = nameEnd(line);
        int to = start(line + 1);
        for (int i = from; i < to; i++) {
            if (in[i] == '\t' && (i < valueStart(line) || i >= valueEnd(line))) {
                return true;
            }
        }
        return false;
    }

    /** What a content length says, digits alone; -1 when it is no number or too large to be meant. */
    long length(byte[] in, int line) {
        int from = valueStart(line);
        int to = valueEnd(line);
        if (from == to || to - from > 18) {
            return -1;
        }
        long length = 0;
        for (int i = from; i < to; i++) {
            int digit = in[i] - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            length = length * 10 + digit;
        }
        return length;
    }

    /** Whether one of a line's comma-separated words is this, given in lower case. */
    boolean lists(byte[] in, int line, String lower) {
        int to = valueEnd(line);
        int from = valueStart(line);
        while (from < to) {
            int comma = from;
            while (comma < to && in[comma] != ',') {
                comma++;
            }
            int end = comma;
            while (end > from && blank(in[end - 1])) {
                end--;
            }
            while (from < end && blank(in[from])) {
                from++;
            }
            if (Octets.same(in, from, end, lower)) {
                return true;
            }
            from = comma + 1;
        }
        return false;
    }

    /** Whether a {@code Connection} line names this line, so that it is for this hop alone. */
    boolean nominated(byte[] in, int line) {
        for (int i = 0; i < count; i++) {
            if (kinds[i] == CONNECTION && names(in, i, line)) {
                return true;
            }
        }
        return false;
    }

    private boolean names(byte[] in, int connection, int line) {
        int length = nameEnd(line) - start(line);
        int to = valueEnd(connection);
        int from = valueStart(connection);
        while (from < to) {
            int end = from;
            while (end < to && in[end] != ',' && !blank(in[end])) {
                end++;
            }
            if (end - from == length && sameOctets(in, from, start(line), length)) {
                return true;
            }
            from = end + 1;
        }
        return false;
    }

    private static boolean sameOctets(byte[] in, int one, int two, int length) {
        for (int i = 0; i < length; i++) {
            if (Octets.lower(in[one + i]) != Octets.lower(in[two + i])) {
                return false;
            }
        }
        return true;
    }
}
