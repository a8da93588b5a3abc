package dev.weft.engine.adapt;

/**
 * An adapter that has put something of ours where it outlives a call, such as a pool of connections, and
 * takes it back when the agent leaves a running application.
 */
public interface Leaver {
    /**
     * Called once, when nothing woven leads to the adapter any more. Calls that are still under way may be
     * in the library's own code, so what they hold is left to them.
     */
    void leave();
}
