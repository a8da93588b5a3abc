package dev.weft.cli;

import java.io.IOException;

/** Nobody answers at an address; the message says what to do about it. */
final class Unreachable extends IOException {
    private static final long serialVersionUID = 1;

    Unreachable(String message) {
        super(message);
    }
}
