package dev.weft.adapters.httpclient5;

import java.io.IOException;
import java.io.InputStream;
import org.apache.hc.core5.http.HttpEntity;
import org.jspecify.annotations.Nullable;

/** The rest of an answer that nobody will read. */
final class Leftovers {
    /** More than this is not worth a connection. */
    private static final int LIMIT = 2048;

    private Leftovers() {}

    /** Reads a short answer whole, so that its connection goes back to the pool; false when it is long or breaks. */
    static boolean drained(@Nullable HttpEntity body) {
        if (body == null || !body.isStreaming()) {
            return true;
        }
        if (body.getContentLength() > LIMIT) {
            return false;
        }
        try {
            InputStream content = body.getContent();
            return content.readNBytes(LIMIT).length < LIMIT || content.read() < 0;
        } catch (IOException broken) {
            // What the connection is worth is known now: nothing. The caller closes it.
            return false;
        }
    }
}
