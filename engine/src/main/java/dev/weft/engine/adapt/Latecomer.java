package dev.weft.engine.adapt;

/** An adapter that has something to catch up on, or to admit, where the agent came to a running application. */
public interface Latecomer {
    /**
     * Tells the mesh what the hook would have told it, had it been there in time, and people what stays outside the mesh.
     * Only what is there is said: nothing for a library that is idle.
     *
     * @param woven the class that the adapter is woven into
     */
    void catchUp(Class<?> woven, Arrival arrival);
}
