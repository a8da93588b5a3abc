package dev.weft.proxy.http1;

/**
 * What one connection may take, and what is made of its requests' heads. Times are nanoseconds.
 *
 * @param headNanos for a head to be there, from its first byte (Envoy: {@code request_headers_timeout})
 * @param idleNanos between two requests; a connection is closed after once to twice this time (Envoy:
 *     {@code common_http_protocol_options.idle_timeout})
 * @param streamIdleNanos with nothing moving while a request is under way, as exact as that (Envoy:
 *     {@code stream_idle_timeout})
 * @param connectNanos to connect, where the cluster doesn't say
 * @param replay bytes of a body that are kept so that it can be sent again
 */
public record Http1Limits(
        HeadLimits head,
        long headNanos,
        long idleNanos,
        long streamIdleNanos,
        long connectNanos,
        int replay,
        HeadRules rules) {
    private static final long SECOND = 1_000_000_000L;

    /** Ten seconds for a head (HAProxy's advice), 75 s idle (nginx), 5 min for a stream (Envoy), 64 KiB of a body. */
    public static final Http1Limits DEFAULT =
            new Http1Limits(HeadLimits.DEFAULT, 10 * SECOND, 75 * SECOND, 300 * SECOND, 5 * SECOND, 64 * 1024);

    /** With the usual rules for heads. */
    public Http1Limits(
            HeadLimits head, long headNanos, long idleNanos, long streamIdleNanos, long connectNanos, int replay) {
        this(head, headNanos, idleNanos, streamIdleNanos, connectNanos, replay, HeadRules.DEFAULT);
    }

    /** The same with other rules for heads. */
    public Http1Limits with(HeadRules heads) {
        return new Http1Limits(head, headNanos, idleNanos, streamIdleNanos, connectNanos, replay, heads);
    }

    public Http1Limits {
        positive("head time", headNanos);
        positive("idle time", idleNanos);
        positive("stream idle time", streamIdleNanos);
        positive("connect time", connectNanos);
        if (replay < 0) {
            throw new IllegalArgumentException("replay: " + replay + " is negative");
        }
    }

    private static void positive(String what, long nanos) {
        if (nanos <= 0) {
            throw new IllegalArgumentException(what + ": " + nanos + " ns is not above 0");
        }
    }
}
