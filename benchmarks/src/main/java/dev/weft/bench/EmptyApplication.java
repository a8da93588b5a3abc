package dev.weft.bench;

/** Does nothing. */
public final class EmptyApplication {
    private EmptyApplication() {}

    public static void main(String[] args) {
        // what is left is the JVM's own start
    }
}
