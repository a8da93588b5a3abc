package dev.weft.proxy.dns;

/** A message that can't be read. */
final class Malformed extends Exception {
    private static final long serialVersionUID = 1;

    Malformed(String message) {
        // Hostile peers can send many of them; a stack trace costs more than all of the rest.
        super(message, null, false, false);
    }
}
