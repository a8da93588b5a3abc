package dev.weft.engine.call;

/**
 * What an answer or a failure means to the policies, in words that fit HTTP, gRPC, Dubbo and plain
 * sockets alike. The protocol's own code travels beside it.
 */
public enum Outcome {
    SUCCESS,
    /** The peer works and says the caller is wrong (HTTP 4xx but 429). */
    CALLER_FAULT,
    /** The peer failed while it worked on the call (HTTP 5xx but 502, 503, 504). */
    SERVER_FAILURE,
    /** The peer, or what stands before it, can't take calls now (HTTP 502, 503, 504; gRPC UNAVAILABLE). */
    UNAVAILABLE,
    /** The peer asks for less (HTTP 429; gRPC RESOURCE_EXHAUSTED). */
    OVERLOADED,
    /** A time limit of ours or of the library passed. */
    DEADLINE,
    /** No connection to the peer came about, so that nothing was sent: refused, unreachable, too slow, no TLS. */
    CONNECT_FAILURE,
    /** Nothing of the request was taken by the peer for another reason: refused stream, pool limit. */
    UNSENT,
    /** The connection broke after bytes may have been sent. */
    RESET,
    /** The application, or the engine, gave this attempt up. */
    CANCELLED;

    /** Whether outlier detection counts it against the endpoint. */
    public boolean blamesEndpoint() {
        return this == SERVER_FAILURE || this == UNAVAILABLE || this == RESET || this == DEADLINE || unsent();
    }

    /** Whether nothing of the request reached the peer: safe to send again. */
    public boolean unsent() {
        return this == CONNECT_FAILURE || this == UNSENT;
    }

    /** Whether the peer gave an answer, be it a bad one (Envoy: external origin, not local origin). */
    public boolean answered() {
        return this == SUCCESS
                || this == CALLER_FAULT
                || this == SERVER_FAILURE
                || this == UNAVAILABLE
                || this == OVERLOADED;
    }

    /** The class of an HTTP status. */
    public static Outcome ofHttp(int status) {
        if (status < 400) {
            return SUCCESS;
        }
        return switch (status) {
            case 429 -> OVERLOADED;
            case 502, 503, 504 -> UNAVAILABLE;
            default -> status < 500 ? CALLER_FAULT : SERVER_FAILURE;
        };
    }
}
