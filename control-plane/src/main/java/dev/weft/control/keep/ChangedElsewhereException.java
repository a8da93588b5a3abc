package dev.weft.control.keep;

import java.io.IOException;

/** Another replica was quicker: what was to be changed is not what was seen here last. */
public final class ChangedElsewhereException extends IOException {
    private static final long serialVersionUID = 1;

    public ChangedElsewhereException(String name) {
        super("another replica has just changed " + name);
    }
}
