package dev.weft.bench;

/** Does nothing. */
public final class EmptyAgent {
    private EmptyAgent() {}

    public static void premain(String args) {
        // what is left is the JVM's own price of an agent
    }
}
