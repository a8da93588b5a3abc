package dev.weft.proxy.http1;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What is made of a path before anybody looks at it, so that rules see what the server serves, and the server gets what
 * the rules have seen (Istio: {@code meshConfig.pathNormalization}). The query stays as it is. In this order, as in Envoy:
 * escaped slashes, RFC 3986, slashes.
 *
 * @param rfc3986 whether escapes of unreserved characters are taken off, dot segments resolved, and backslashes turned
 *     (Envoy: {@code normalize_path})
 * @param mergeSlashes whether several slashes become one (Envoy: {@code merge_slashes})
 * @param escapedSlashes what becomes of {@code %2F} and {@code %5C} (Envoy: {@code path_with_escaped_slashes_action})
 */
public record PathNormalization(boolean rfc3986, boolean mergeSlashes, EscapedSlashes escapedSlashes) {
    /** What becomes of escaped slashes and backslashes. */
    public enum EscapedSlashes {
        KEEP,
        REJECT,
        UNESCAPE
    }

    public static final PathNormalization NONE = new PathNormalization(false, false, EscapedSlashes.KEEP);
    public static final PathNormalization BASE = new PathNormalization(true, false, EscapedSlashes.KEEP);
    public static final PathNormalization MERGE_SLASHES = new PathNormalization(true, true, EscapedSlashes.KEEP);
    public static final PathNormalization DECODE_AND_MERGE_SLASHES =
            new PathNormalization(true, true, EscapedSlashes.UNESCAPE);

    /** The path is one that nobody gets. */
    static final int REFUSED = -1;

    private static final int ESCAPE = 3;

    /** The same with another answer to escaped slashes. */
    public PathNormalization with(EscapedSlashes action) {
        return new PathNormalization(rfc3986, mergeSlashes, action);
    }

    /** Whether anything of a path could be written otherwise; most paths have nothing of the kind. */
    static boolean odd(byte[] in, int from, int to) {
        int odd = 0;
        int before = 0;
        for (int i = from; i < to; i++) {
            int kinds = Octets.kinds(in[i]);
            odd |= Octets.odd(before, kinds);
            before = kinds;
        }
        return odd != 0;
    }

    /**
     * What rules see of the target of a request.
     *
     * @param target path, and query where there is one
     * @return null where nobody gets it
     */
    public @Nullable String seen(String target) {
        byte[] in = target.getBytes(StandardCharsets.UTF_8);
        int query = target.indexOf('?');
        int to = query < 0 ? in.length : query;
        if (!Octets.all(Octets.TARGET, in, 0, in.length)) {
            return null; // a character for each octet, from here on
        }
        int end = apply(in, 0, to);
        return end == REFUSED
                ? null
                : new String(in, 0, end, StandardCharsets.US_ASCII) + (query < 0 ? "" : target.substring(query));
    }

    /**
     * Rewrites a path where it stands: it never becomes longer.
     *
     * @param from where its first slash is
     * @param to where it ends, or the query begins
     * @return where it ends now; {@link #REFUSED} where nobody gets it
     */
    int apply(byte[] in, int from, int to) {
        int end = PathOctets.served(in, from, to) ? to : REFUSED;
        if (end > from && escapedSlashes != EscapedSlashes.KEEP) {
            end = slashes(in, from, end);
        }
        if (end > from && rfc3986) {
            end = plain(in, from, end);
        }
        if (end > from && mergeSlashes) {
            end = merged(in, from, end);
        }
        // Once more: what was a backslash may part now what was one part, before others take escapes off.
        return end > from && PathOctets.served(in, from, end) ? end : REFUSED;
    }

    private int slashes(byte[] in, int from, int to) {
        int end = from;
        for (int i = from; i < to; i++) {
            int said = in[i] == '%' ? PathOctets.escaped(in, i, to) : 0;
            if (said != '/' && said != '\\') {
                in[end++] = in[i];
            } else if (escapedSlashes == EscapedSlashes.REJECT) {
                return REFUSED;
            } else {
                in[end++] = (byte) said;
                i += ESCAPE - 1;
            }
        }
        return end;
    }

    /** RFC 3986, sections 5.2.4 and 6.2.2; but what leads beyond the root is refused. */
    private static int plain(byte[] in, int from, int to) {
        int segment = from + 1;
        int end = segment;
        for (int i = segment; i < to; i++) {
            byte octet = in[i];
            if (octet == '%') {
                int said = PathOctets.escaped(in, i, to);
                if (unreserved(said)) {
                    in[end++] = (byte) said;
                    i += ESCAPE - 1;
                    continue;
                }
            }
            if (octet != '/' && octet != '\\') {
                in[end++] = octet;
                continue;
            }
            int resolved = resolved(in, from, segment, end);
            if (resolved == REFUSED) {
                return REFUSED;
            }
            if (resolved == end) {
                in[end] = '/';
                segment = end + 1;
            } else {
                segment = resolved; // behind a slash already
            }
            end = segment;
        }
        return resolved(in, from, segment, end);
    }

    private static boolean unreserved(int octet) {
        return octet >= 'a' && octet <= 'z'
                || octet >= 'A' && octet <= 'Z'
                || octet >= '0' && octet <= '9'
                || octet == '-'
                || octet == '.'
                || octet == '_'
                || octet == '~';
    }

    /** Where the path ends, this segment of it resolved. */
    private static int resolved(byte[] in, int from, int segment, int end) {
        int length = end - segment;
        boolean dots = (length == 1 || length == 2) && in[segment] == '.' && in[end - 1] == '.';
        if (!dots) {
            return end;
        }
        if (length == 1) {
            return segment;
        }
        int slash = segment - 2;
        while (slash >= from && in[slash] != '/') {
            slash--;
        }
        return slash < from ? REFUSED : slash + 1;
    }

    private static int merged(byte[] in, int from, int to) {
        int end = from + 1;
        for (int i = end; i < to; i++) {
            if (in[i] != '/' || in[end - 1] != '/') {
                in[end++] = in[i];
            }
        }
        return end;
    }
}
