package dev.weft.engine.adapt;

import java.io.IOException;
import java.io.InputStream;

/** The rest of an answer that nobody will read. */
public final class Leftovers {
    /** More than this is not worth a connection. */
    private static final int LIMIT = 2048;

    private Leftovers() {}

    /**
     * Reads a short answer whole, so that its connection can be used again; false when it is long or
     * breaks, and the connection is to be closed.
     *
     * @param length as the head announced it; negative when it did not
     */
    public static boolean drained(InputStream content, long length) {
        if (length > LIMIT) {
            return false;
        }
        try {
            return content.readNBytes(LIMIT).length < LIMIT || content.read() < 0;
        } catch (IOException broken) {
            // What the connection is worth is known now: nothing. The caller closes it.
            return false;
        }
    }
}
