package dev.weft.proxy.http1;

/**
 * Lines that are added to a request's head before anybody looks at it, as if they had come with it: rules, retries, copies
 * and the access log see them, and they go out with the rest. They stand in the head's own bytes, behind the last line.
 */
final class AddedLines {
    private static final byte[] BEHIND_NAME = {':', ' '};
    private static final byte[] BETWEEN = {',', ' '};
    private static final byte[] END = {'\r', '\n'};

    private RequestHead request;
    private HeadBytes head;
    private Fields fields;

    AddedLines(RequestHead to) {
        this.request = to;
        this.head = to.head;
        this.fields = to.fields;
    }

    /** Adds to another head from now on: a loop needs one for all of its connections. */
    AddedLines to(RequestHead other) {
        request = other;
        head = other.head;
        fields = other.fields;
        return this;
    }

    /** Whether a line of that kind came. */
    boolean came(byte kind) {
        return fields.has(kind);
    }

    byte[] bytes() {
        return head.bytes;
    }

    /**
     * Adds a line.
     *
     * @param line with a blank behind its colon, and with its end
     * @return where its value begins
     */
    int add(byte kind, byte[] line, int colon) {
        int at = fields.start(fields.count());
        head.room(at + line.length);
        int to = put(line, 0, line.length, at);
        fields.append(kind, at + colon, to - END.length);
        return at + colon + BEHIND_NAME.length;
    }

    /** The same instead of all of its kind. */
    int set(byte kind, byte[] line, int colon) {
        for (int i = fields.find(kind, 0); i >= 0; i = fields.find(kind, i)) {
            fields.cut(head.bytes, i);
            request.moved();
        }
        return add(kind, line, colon);
    }

    /** Makes one line of all of a kind, with one more value (RFC 9110, section 5.3). */
    void join(byte kind, byte[] name, byte[] value) {
        int at = fields.start(fields.count());
        head.room(at + joined(kind, name, value));
        int colon = put(name, 0, name.length, at);
        int to = put(BEHIND_NAME, 0, BEHIND_NAME.length, colon);
        int before = 0;
        for (int i = fields.find(kind, 0); i >= 0; i = fields.find(kind, i + 1)) {
            if (fields.valueEnd(i) > fields.valueStart(i)) {
                to = put(head.bytes, fields.valueStart(i), fields.valueEnd(i), to);
                to = put(BETWEEN, 0, BETWEEN.length, to);
            }
            before++;
        }
        to = put(value, 0, value.length, to);
        put(END, 0, END.length, to);
        fields.append(kind, colon, to);
        for (; before > 0; before--) {
            fields.cut(head.bytes, fields.find(kind, 0));
            request.moved();
        }
    }

    private int joined(byte kind, byte[] name, byte[] value) {
        int octets = name.length + BEHIND_NAME.length + value.length + END.length;
        for (int i = fields.find(kind, 0); i >= 0; i = fields.find(kind, i + 1)) {
            octets += fields.valueEnd(i) - fields.valueStart(i) + BETWEEN.length;
        }
        return octets;
    }

    private int put(byte[] from, int start, int end, int to) {
        System.arraycopy(from, start, head.bytes, to, end - start);
        return to + end - start;
    }
}
