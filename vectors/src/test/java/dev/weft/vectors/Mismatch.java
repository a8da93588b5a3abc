package dev.weft.vectors;

/** What a case expected and what came. */
final class Mismatch extends RuntimeException {
    private static final long serialVersionUID = 1;

    Mismatch(String what) {
        super(what);
    }
}
