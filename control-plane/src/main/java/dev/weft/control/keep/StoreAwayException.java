package dev.weft.control.keep;

import java.io.IOException;

/** The store that replicas share does not answer. */
public final class StoreAwayException extends IOException {
    private static final long serialVersionUID = 1;

    public StoreAwayException(String message) {
        super(message);
    }
}
