package dev.weft.client.resource;

import dev.weft.client.wire.Message;

/** {@code ConfigSource}: only the stream we are on. */
final class Sources {
    private Sources() {}

    static void check(Message source, String where, Findings findings) {
        if (!source.has(3) && !source.has(5)) {
            findings.refuse(where, "must be ads or self");
        }
    }
}
