package dev.weft.testkit;

import dev.weft.client.warm.Standalone;

/** A configuration of which anything is refused is no basis for a test. */
final class Refusals {
    private Refusals() {}

    static Standalone none(Standalone read) {
        if (!read.refused().isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", read.refused()));
        }
        return read;
    }
}
