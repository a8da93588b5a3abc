package dev.weft.proxy.http1;

/**
 * How large a head may be (Envoy: {@code max_request_headers_kb}, {@code max_headers_count}).
 *
 * @param octets with its first line and the empty one
 * @param lines field lines
 */
public record HeadLimits(int octets, int lines) {
    /** Envoy's: 60 KiB and 100 lines. */
    public static final HeadLimits DEFAULT = new HeadLimits(60 * 1024, 100);

    public HeadLimits {
        if (octets < 1024 || octets > 1 << 20) {
            throw new IllegalArgumentException("head octets: " + octets + " is not between 1024 and 1048576");
        }
        if (lines < 1 || lines > 1000) {
            throw new IllegalArgumentException("head lines: " + lines + " is not between 1 and 1000");
        }
    }
}
