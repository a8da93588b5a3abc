package dev.weft.engine.call;

import dev.weft.engine.snapshot.Endpoint;
import dev.weft.engine.snapshot.Protocol;
import dev.weft.engine.snapshot.Transport;
import org.jspecify.annotations.Nullable;

/** One sending of a call to one endpoint. Its identity is its only key. */
public interface Attempt {
    /** 1 for the first. */
    int number();

    Endpoint endpoint();

    /** Plaintext (as the application asked) or TLS with the mesh's identity; never Unavailable. */
    Transport transport();

    /** What the endpoint speaks, for those who don't leave that to the application. */
    default Protocol protocol() {
        return Protocol.UNSAID;
    }

    /** When it must have ended, on the driver's clock; {@link Long#MAX_VALUE} for never. */
    long deadline();

    /** Limit for connecting, in nanoseconds; {@link Long#MAX_VALUE} for what the application set. */
    long connectTimeout();

    /**
     * Path and query to send instead of the request's own; null for as the application wrote them.
     * Never another one than null to an adapter that says it can't ({@link Request#rewritable()}).
     */
    default @Nullable String path() {
        return null;
    }

    /**
     * What to send as the host ({@code Host}, {@code :authority}) instead of the application's own; null for that. It is
     * among the changes of {@link #edit} as {@code host}, for adapters whose library takes it there.
     */
    default @Nullable String authority() {
        return null;
    }

    /** Applies every header change of this attempt to the library's request. */
    void edit(HeaderWriter writer);
}
