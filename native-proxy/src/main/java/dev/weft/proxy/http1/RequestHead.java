package dev.weft.proxy.http1;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The head of a request, read once into offsets. Strict by the intersection of nginx and HAProxy: whatever one of them
 * refuses is refused, so that nobody behind us can read it differently (RFC 9112, section 11.2).
 */
public final class RequestHead extends MessageHead {
    private static final int NOT_ALLOWED = 405;
    private static final int EXPECTATION_FAILED = 417;
    private static final int NOT_IMPLEMENTED = 501;
    private static final int VERSION = 505;
    private static final int LINE_END = 2;

    private int start;
    private int methodEnd;
    private int targetEnd;

    /** Where the path ends: at the query, or with the target. */
    private int pathEnd;
    /** Whether something of the target could be written otherwise. */
    private boolean odd;

    private int pathStart;
    private final Authority authority = new Authority();
    private boolean absolute;

    private boolean upgrade;
    private boolean expectsContinue;
    private final PathNormalization paths;

    RequestHead(HeadLimits limits, PathNormalization paths, ByteArrays arrays) {
        super(limits, arrays);
        this.paths = paths;
    }

    @Override
    public void clear() {
        super.clear();
        start = 0;
    }

    @Override
    int line() {
        byte[] in = head.bytes;
        int to = head.length;
        // RFC 9112, section 2.2: an empty line before the first is left out.
        while (start + 1 < to && in[start] == '\r' && in[start + 1] == '\n') {
            start += LINE_END;
        }
        int end = Octets.control(in, start, to);
        if (end + 1 >= to) {
            return end < to && in[end] != '\r' ? Fields.BAD : Fields.MORE;
        }
        if (in[end] != '\r' || in[end + 1] != '\n') {
            return Fields.BAD;
        }
        methodEnd = start;
        while (methodEnd < end && Octets.is(Octets.METHOD, in[methodEnd])) {
            methodEnd++;
        }
        if (methodEnd == start || methodEnd == end || in[methodEnd] != ' ') {
            return Fields.BAD;
        }
        targetEnd = targetEnd(in, methodEnd + 1, end);
        if (targetEnd == methodEnd + 1 || targetEnd == end || in[targetEnd] != ' ') {
            return Fields.BAD;
        }
        fields.begin(end + LINE_END);
        return version(in, targetEnd + 1, end);
    }

    /** Looks at each byte once, and leaves it at that where the path is one that can't be written otherwise. */
    private int targetEnd(byte[] in, int from, int to) {
        int at = from;
        int unlike = 0;
        int before = 0;
        while (at < to && in[at] != '?') {
            int kinds = Octets.kinds(in[at]);
            if ((kinds & Octets.TARGET) == 0) {
                break;
            }
            unlike |= Octets.odd(before, kinds);
            before = kinds;
            at++;
        }
        odd = unlike != 0;
        pathEnd = at;
        while (at < to && Octets.is(Octets.TARGET, in[at])) {
            at++;
        }
        return at;
    }

    private int version(byte[] in, int from, int to) {
        if (to - from != 8 || !Octets.begins(in, from, to, "HTTP/")) {
            return Fields.BAD;
        }
        if (!Octets.begins(in, from, to, "HTTP/1.") || in[to - 1] != '0' && in[to - 1] != '1') {
            return VERSION;
        }
        http11 = in[to - 1] == '1';
        return Fields.DONE;
    }

    /** What the lines say about where to, what follows, and this connection. */
    @Override
    int meaning() {
        contentLength = -1;
        chunked = false;
        close = !http11;
        upgrade = false;
        expectsContinue = false;
        int host = -1;
        byte[] in = head.bytes;
        for (int i = 0; i < fields.count(); i++) {
            int wrong = Fields.DONE;
            switch (fields.kind(i)) {
                case Fields.HOST -> {
                    wrong = host >= 0 || fields.tabbed(in, i) ? Fields.BAD : Fields.DONE;
                    host = i;
                }
                case Fields.CONTENT_LENGTH -> {
                    wrong = contentLength >= 0 ? Fields.BAD : Fields.DONE; // also where both say the same
                    contentLength = fields.length(in, i);
                    wrong = contentLength < 0 || fields.tabbed(in, i) ? Fields.BAD : wrong;
                }
                case Fields.TRANSFER_ENCODING -> wrong = encoding(in, i);
                case Fields.CONNECTION -> {
                    close |= fields.lists(in, i, "close");
                    upgrade |= fields.lists(in, i, "upgrade");
                }
                case Fields.EXPECT -> {
                    boolean known = Octets.same(in, fields.valueStart(i), fields.valueEnd(i), "100-continue");
                    wrong = known ? Fields.DONE : EXPECTATION_FAILED;
                    expectsContinue = http11;
                }
                default -> {}
            }
            if (wrong != Fields.DONE) {
                return wrong;
            }
        }
        if (chunked && (contentLength >= 0 || !http11)) {
            return Fields.BAD;
        }
        int refused = method(in);
        if (refused != Fields.DONE) {
            return refused;
        }
        upgrade = upgrade && http11 && !chunked && contentLength <= 0 && upgradable(in);
        return target(in, host);
    }

    private int encoding(byte[] in, int line) {
        if (chunked || fields.tabbed(in, line)) {
            return Fields.BAD;
        }
        chunked = Octets.same(in, fields.valueStart(line), fields.valueEnd(line), "chunked");
        return chunked ? Fields.DONE : NOT_IMPLEMENTED;
    }

    /** An upgrade to HTTP/2 would be a way past everything that is judged here. */
    private boolean upgradable(byte[] in) {
        boolean asked = false;
        for (int i = 0; i < fields.count(); i++) {
            if (fields.kind(i) == Fields.UPGRADE) {
                if (fields.lists(in, i, "h2c") || fields.lists(in, i, "h2")) {
                    return false;
                }
                asked = true;
            }
        }
        return asked;
    }

    private int method(byte[] in) {
        boolean refused = Octets.same(in, start, methodEnd, "connect") || Octets.same(in, start, methodEnd, "trace");
        return refused ? NOT_ALLOWED : Fields.DONE;
    }

    private int target(byte[] in, int host) {
        int from = methodEnd + 1;
        absolute = false;
        authority.clear();
        if (in[from] == '/') {
            pathStart = from;
        } else if (targetEnd - from > 7 && Octets.same(in, from, from + 7, "http://")) {
            absolute = true;
            int slash = from + 7;
            while (slash < targetEnd && in[slash] != '/' && in[slash] != '?') {
                slash++;
            }
            pathStart = slash;
            if (slash < targetEnd && in[slash] == '?' || host >= 0 && !sameAuthority(in, from + 7, slash, host)) {
                return Fields.BAD;
            }
            if (!authority.read(in, from + 7, slash)) {
                return Fields.BAD;
            }
        } else {
            return Fields.BAD;
        }
        if (absolute) {
            odd = PathNormalization.odd(in, pathStart, pathEnd); // of more than the slashes before its host
        }
        if (odd && !rewritten(in)) {
            return Fields.BAD;
        }
        if (host < 0) {
            return http11 || absolute ? Fields.BAD : Fields.DONE; // what only the target names would be lost with it
        }
        return absolute || authority.read(in, fields.valueStart(host), fields.valueEnd(host))
                ? Fields.DONE
                : Fields.BAD;
    }

    /** Lines have moved, and with them the host where the target doesn't name it. */
    void moved() {
        int host = fields.find(Fields.HOST, 0);
        if (!absolute && host >= 0) {
            authority.read(head.bytes, fields.valueStart(host), fields.valueEnd(host));
        }
    }

    /** Puts the path into its usual form, where it stands. Whether there is one. */
    private boolean rewritten(byte[] in) {
        int end = paths.apply(in, pathStart, pathEnd);
        if (end == PathNormalization.REFUSED) {
            return false;
        }
        System.arraycopy(in, pathEnd, in, end, targetEnd - pathEnd);
        targetEnd -= pathEnd - end;
        pathEnd = end;
        return true;
    }

    /** Some clients, the JDK's among them, write the usual port in one place only. */
    private boolean sameAuthority(byte[] in, int from, int to, int line) {
        int other = fields.valueStart(line);
        int length = withoutUsualPort(in, from, to) - from;
        if (withoutUsualPort(in, other, fields.valueEnd(line)) - other != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (Octets.lower(in[from + i]) != Octets.lower(in[other + i])) {
                return false;
            }
        }
        return true;
    }

    /** Where an authority ends when {@code :80} is left out. */
    private static int withoutUsualPort(byte[] in, int from, int to) {
        boolean usual = to - from > 3 && in[to - 3] == ':' && in[to - 2] == '8' && in[to - 1] == '0';
        return usual ? to - 3 : to;
    }

    public int methodStart() {
        return start;
    }

    public int methodEnd() {
        return methodEnd;
    }

    /** Where path and query begin; {@link #targetEnd()} for an absolute target without a path. */
    public int pathStart() {
        return pathStart;
    }

    public int targetEnd() {
        return targetEnd;
    }

    boolean http11() {
        return http11;
    }

    /** Whether the target is absolute, as clients write it that know they talk to a proxy. */
    boolean absolute() {
        return absolute;
    }

    public boolean hasBody() {
        return chunked || contentLength > 0 || open();
    }

    /** Whether another protocol is asked for that may be handed through. */
    boolean upgrade() {
        return upgrade;
    }

    boolean expectsContinue() {
        return expectsContinue;
    }

    int port() {
        return authority.port();
    }

    /** Without port and brackets, in lower case; empty where an HTTP/1.0 client named none. */
    String host(TextCache texts) {
        return authority.host(head.bytes, texts);
    }

    /** As it goes out over HTTP/1.1. */
    void write(HeadEdits edits, @Nullable String path, ByteBuf out) {
        if (path == null) {
            edits.request(start, methodEnd, pathStart, targetEnd, http11, out);
        } else {
            edits.request(start, methodEnd, path, http11, out);
        }
    }

    /** Whether it is gRPC's, by its content type. */
    public boolean grpc() {
        int type = fields.find(head.bytes, "content-type", 0);
        return type >= 0 && Fields.grpc(head.bytes, fields.valueStart(type), fields.valueEnd(type));
    }

    /** Whether the client takes lines behind the body of an answer (RFC 9110, section 10.1.4). */
    public boolean takesTrailers() {
        int line = fields.find(head.bytes, "te", 0);
        return line >= 0 && fields.lists(head.bytes, line, "trailers");
    }

    String method(TextCache texts) {
        return texts.text(head.bytes, start, methodEnd);
    }

    String path(TextCache texts) {
        return pathStart == targetEnd ? "/" : texts.text(head.bytes, pathStart, targetEnd);
    }

    @Nullable
    String first(String name, TextCache texts) {
        return fields.first(head.bytes, name, texts);
    }

    public boolean isHead() {
        return methodEnd - start == 4 && Octets.same(head.bytes, start, methodEnd, "head");
    }

    /** RFC 9110, section 9.2.2. */
    boolean idempotent() {
        byte[] in = head.bytes;
        return switch (methodEnd - start) {
            case 3 -> Octets.same(in, start, methodEnd, "get") || Octets.same(in, start, methodEnd, "put");
            case 4 -> Octets.same(in, start, methodEnd, "head");
            case 6 -> Octets.same(in, start, methodEnd, "delete");
            case 7 -> Octets.same(in, start, methodEnd, "options");
            default -> false;
        };
    }
}
