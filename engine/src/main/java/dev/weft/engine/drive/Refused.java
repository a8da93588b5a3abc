package dev.weft.engine.drive;

/**
 * Carries what a call throws to the application, so that it is not taken for a bug of the adapter:
 * a deliberate refusal, or what the library threw where an adapter went on by another way than the
 * woven method's own body. Whoever stands at the woven site throws the cause instead.
 */
public final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;

    public Refused(Throwable thrown) {
        super(thrown.getMessage(), thrown, false, false);
    }
}
