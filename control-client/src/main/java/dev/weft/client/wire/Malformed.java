package dev.weft.client.wire;

/** Bytes that are not the protobuf message they should be. */
public final class Malformed extends RuntimeException {
    private static final long serialVersionUID = 1;

    Malformed(String what) {
        super(what, null, false, false);
    }
}
