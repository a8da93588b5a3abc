package dev.weft.control.registry;

/** Something can't be done to an instance as it is now; the message says why. */
public final class ConflictException extends Exception {
    ConflictException(String reason) {
        super(reason);
    }
}
