package dev.weft.cli;

import java.io.IOException;
import java.io.InputStream;

/** A connection to a peer that may vanish: each step has a limit, and throws {@link java.net.SocketTimeoutException} at it. */
sealed interface Link extends AutoCloseable permits Connection, TlsConnection {
    void write(byte[] content) throws IOException;

    /** What the peer sends. */
    InputStream in() throws IOException;

    @Override
    void close() throws IOException;
}
