package dev.weft.engine.call;

import dev.weft.engine.snapshot.Endpoint;
import dev.weft.engine.snapshot.Transport;

/** One sending of a call to one endpoint. Its identity is its only key. */
public interface Attempt {
    /** 1 for the first. */
    int number();

    Endpoint endpoint();

    /** Plaintext (as the application asked) or TLS with the mesh's identity; never Unavailable. */
    Transport transport();

    /** When it must have ended, on the driver's clock; {@link Long#MAX_VALUE} for never. */
    long deadline();

    /** Limit for connecting, in nanoseconds; {@link Long#MAX_VALUE} for what the application set. */
    long connectTimeout();

    /** Applies every header change of this attempt to the library's request. */
    void edit(HeaderWriter writer);
}
