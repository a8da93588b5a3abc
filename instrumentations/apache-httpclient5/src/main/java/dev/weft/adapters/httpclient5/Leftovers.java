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

    /**
     * Whether the answer is read whole now, so that its connection is back in the pool. Reads only
     * what has arrived already: a slow peer must not hold up the next attempt.
     */
    static boolean drained(@Nullable HttpEntity body) {
        if (body == null || !body.isStreaming()) {
            return true;
        }
        long left = body.getContentLength();
        if (left < 0 || left > LIMIT) {
            return false;
        }
        try {
            InputStream content = body.getContent();
            byte[] dropped = new byte[(int) left];
            while (left > 0) {
                int there = Math.min(content.available(), (int) left);
                int read = there > 0 ? content.read(dropped, 0, there) : -1;
                if (read < 0) {
                    return false;
                }
                left -= read;
            }
            // The stream knows its length: this finds the end without asking the peer.
            return content.read() < 0;
        } catch (IOException broken) {
            // What the connection is worth is known now: nothing. The caller closes it.
            return false;
        }
    }
}
