package dev.weft.engine.drive;

/**
 * Marks threads that are inside a call of ours, so that the same call is not taken twice when one
 * woven library uses another.
 */
public final class Nesting {
    /** An array and not an object of ours: it stays in the application's threads when the agent has gone. */
    private final ThreadLocal<int[]> depth = ThreadLocal.withInitial(() -> new int[1]);

    public boolean inside() {
        return depth.get()[0] > 0;
    }

    /** What {@link #leave} takes back: the thread's place is looked up once. */
    int[] enter() {
        int[] here = depth.get();
        here[0]++;
        return here;
    }

    static void leave(int[] here) {
        here[0]--;
    }
}
