package dev.weft.proxy.http1;

import dev.weft.engine.call.HeaderWriter;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * What is changed of a head on its way through: lines that are left out, and lines that are added. What stays is copied
 * as it came, in runs of lines. Reused from head to head.
 */
public final class HeadEdits implements HeaderWriter {
    private static final byte[] NONE = {};
    private static final int USUAL = 256;
    private static final byte[] VERSION = {' ', 'H', 'T', 'T', 'P', '/', '1', '.', '1', '\r', '\n'};

    private Fields fields;
    private byte[] in = NONE;
    private boolean[] removed = new boolean[16];
    private boolean anyRemoved;
    private byte[] added = NONE;
    private int length;

    HeadEdits(MessageHead head) {
        this.fields = head.fields;
    }

    /** Begins anew, for that head. */
    public void begin(MessageHead head) {
        begin(head.fields, head.bytes());
    }

    private void begin(Fields lines, byte[] bytes) {
        fields = lines;
        in = bytes;
        if (removed.length < lines.count()) {
            removed = new boolean[lines.count()];
        } else if (anyRemoved) {
            Arrays.fill(removed, false);
        }
        anyRemoved = false;
        length = 0;
    }

    /**
     * Leaves out what is for this hop alone (RFC 9110, section 7.6.1), but never what says where a message ends, whom
     * it is for or whence it came: that a client names them in {@code Connection} does not make them so.
     *
     * @param upgrade whether the lines of an upgrade are handed through
     */
    public void leaveHop(boolean upgrade) {
        boolean nominations = false;
        for (int i = 0; i < fields.count(); i++) {
            byte kind = fields.kind(i);
            if (kind == Fields.CONNECTION) {
                nominations = true;
                remove(i);
            } else if (kind == Fields.HOP || kind == Fields.UPGRADE && !upgrade) {
                remove(i);
            }
        }
        if (nominations) {
            for (int i = 0; i < fields.count(); i++) {
                if (fields.kind(i) == Fields.OTHER && fields.nominated(in, i)) {
                    remove(i);
                }
            }
        }
        if (upgrade) {
            add("connection", "upgrade");
        }
    }

    private void remove(int line) {
        removed[line] = true;
        anyRemoved = true;
    }

    @Override
    public boolean contains(String name) {
        for (int i = fields.find(in, name, 0); i >= 0; i = fields.find(in, name, i + 1)) {
            if (!removed[i]) {
                return true;
            }
        }
        return added(name, 0) >= 0;
    }

    @Override
    public void set(String name, String value) {
        remove(name);
        add(name, value);
    }

    /** What says where the message ends is not for rules to change: the bytes behind the head stay as they are. */
    private static boolean frames(String name) {
        return name.equalsIgnoreCase("content-length") || name.equalsIgnoreCase("transfer-encoding");
    }

    /** Leaves out all lines of that name, but for those that say where the message ends. */
    @Override
    public void remove(String name) {
        if (frames(name)) {
            return;
        }
        for (int i = fields.find(in, name, 0); i >= 0; i = fields.find(in, name, i + 1)) {
            remove(i);
        }
        for (int at = added(name, 0); at >= 0; at = added(name, at)) {
            int end = lineEnd(at);
            System.arraycopy(added, end, added, at, length - end);
            length -= end - at;
        }
    }

    /**
     * Adds a line, unless it would say where the message ends.
     *
     * @throws IllegalArgumentException for what would be another line
     */
    @Override
    public void add(String name, String value) {
        if (frames(name)) {
            return;
        }
        int before = length;
        text(name);
        boolean right = length > before && Octets.all(Octets.TOKEN, added, before, length);
        octet((byte) ':');
        octet((byte) ' ');
        int from = length;
        text(value);
        if (!right || Octets.control(added, from, length) < length) {
            length = before;
            throw new IllegalArgumentException("header " + name + ": a control character in it would be another line");
        }
        octet((byte) '\r');
        octet((byte) '\n');
    }

    private void text(String text) {
        int size = text.length();
        room(size);
        for (int i = 0; i < size; i++) {
            char c = text.charAt(i);
            added[length++] = c > 0xFF ? (byte) '?' : (byte) c;
        }
    }

    private void octet(byte octet) {
        room(1);
        added[length++] = octet;
    }

    private void room(int more) {
        if (length + more > added.length) {
            added = Arrays.copyOf(added, Math.max(Math.max(USUAL, added.length * 2), length + more));
        }
    }

    /** Where an added line of that name begins, at or after a place; -1 for none. */
    private int added(String name, int from) {
        for (int at = from; at < length; at = lineEnd(at)) {
            if (length - at > name.length()
                    && added[at + name.length()] == ':'
                    && Octets.sameText(added, at, at + name.length(), name)) {
                return at;
            }
        }
        return -1;
    }

    private int lineEnd(int from) {
        int at = from;
        while (added[at] != '\n') {
            at++;
        }
        return at + 1;
    }

    /** Says that the body is put into chunks here. */
    void chunked() {
        text("transfer-encoding: chunked\r\n");
    }

    /** Hands over every line that is left or added, but what says how HTTP/1.1 frames a body. */
    public void each(HeadLines to) {
        for (int i = 0; i < fields.count(); i++) {
            if (!removed[i] && fields.kind(i) != Fields.TRANSFER_ENCODING) {
                to.line(in, fields.start(i), fields.nameEnd(i), fields.valueStart(i), fields.valueEnd(i));
            }
        }
        for (int at = 0; at < length; at = lineEnd(at)) {
            int colon = at;
            while (added[colon] != ':') {
                colon++;
            }
            to.line(added, at, colon, colon + 2, lineEnd(at) - 2);
        }
    }

    /** More bytes than the head will have. */
    int mostOctets(int firstLine) {
        return firstLine + VERSION.length + fields.end() + length;
    }

    /**
     * The head of a request as it goes out.
     *
     * @param pathStart where path and query stand in the head
     * @param pathEnd where they end
     */
    void request(int methodStart, int methodEnd, int pathStart, int pathEnd, boolean http11, ByteBuf out) {
        out.writeBytes(in, methodStart, methodEnd - methodStart);
        out.writeByte(' ');
        if (pathStart == pathEnd) {
            out.writeByte('/');
        } else {
            out.writeBytes(in, pathStart, pathEnd - pathStart);
        }
        version(http11, out);
        lines(out);
    }

    /** The same with another path. */
    void request(int methodStart, int methodEnd, String path, boolean http11, ByteBuf out) {
        out.writeBytes(in, methodStart, methodEnd - methodStart);
        out.writeByte(' ');
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c <= ' ' || c >= 0x7F) {
                throw new IllegalArgumentException("path: a control character in it would be another line");
            }
            out.writeByte(c);
        }
        version(http11, out);
        lines(out);
    }

    private static void version(boolean http11, ByteBuf out) {
        out.writeBytes(VERSION);
        if (!http11) {
            out.setByte(out.writerIndex() - 3, '0');
        }
    }

    /** The head of an answer as it goes out: with our version, and the rest of the first line as it came. */
    void answer(int versionEnd, ByteBuf out) {
        out.writeBytes(VERSION, 1, VERSION.length - 3);
        out.writeBytes(in, versionEnd, fields.start(0) - versionEnd);
        lines(out);
    }

    private void lines(ByteBuf out) {
        if (anyRemoved) {
            runs(out);
        } else {
            int from = fields.start(0);
            out.writeBytes(in, from, fields.start(fields.count()) - from);
        }
        out.writeBytes(added, 0, length);
        out.writeByte('\r');
        out.writeByte('\n');
    }

    private void runs(ByteBuf out) {
        int from = 0;
        while (from < fields.count()) {
            if (removed[from]) {
                from++;
                continue;
            }
            int to = from + 1;
            while (to < fields.count() && !removed[to]) {
                to++;
            }
            out.writeBytes(in, fields.start(from), fields.start(to) - fields.start(from));
            from = to;
        }
    }
}
