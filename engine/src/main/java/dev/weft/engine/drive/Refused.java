package dev.weft.engine.drive;

/**
 * Carries what a refused call throws to the application, so that a deliberate refusal is not taken
 * for a bug of the adapter. Whoever stands at the woven site throws the cause instead.
 */
public final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;

    public Refused(Throwable thrown) {
        super(thrown.getMessage(), thrown, false, false);
    }
}
