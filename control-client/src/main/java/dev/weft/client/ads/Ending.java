package dev.weft.client.ads;

/** Why a stream has ended, as far as that makes a difference to what comes next. */
public enum Ending {
    /** The server turns streams away for now ({@code RESOURCE_EXHAUSTED}), as istiod's limiter of connects does. */
    BUSY,
    /** A response was larger than what is taken; the next stream would bring it again. */
    OVERSIZED,
    /** Anything else. */
    BROKEN
}
