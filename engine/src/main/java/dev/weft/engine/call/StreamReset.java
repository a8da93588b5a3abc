package dev.weft.engine.call;

import java.io.IOException;

/**
 * The cause of an {@link End} where the peer reset the stream, or refused it, and not the connection that it is on (HTTP/2:
 * {@code RST_STREAM}).
 */
public final class StreamReset extends IOException {
    private static final long serialVersionUID = 1;

    public StreamReset(String why) {
        super(why);
    }
}
