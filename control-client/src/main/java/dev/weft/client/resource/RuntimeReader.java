package dev.weft.client.resource;

import dev.weft.client.wire.Message;

/** {@code envoy.service.runtime.v3.Runtime}. Of its layer, what concerns us; the rest is for others. */
final class RuntimeReader {
    private static final String PAUSED = "weft.paused";

    /** Of {@code google.protobuf.Value}. */
    private static final int BOOL = 4;

    private RuntimeReader() {}

    static Resource read(Message runtime, Findings findings) {
        var paused = Structs.member(runtime.message(2), PAUSED);
        if (paused != Message.EMPTY && !paused.has(BOOL)) {
            findings.refuse("layer." + PAUSED, "is not true or false");
            return new Resource.Runtime(false);
        }
        return new Resource.Runtime(paused.flag(BOOL));
    }
}
