package dev.weft.engine.adapt;

import java.util.List;

/** An adapter that has something to catch up on, or to admit, where the agent came to a running application. */
public interface Latecomer {
    /**
     * Tells the mesh what the hook would have told it, had it been there in time.
     *
     * @param woven the class that the adapter is woven into
     * @return what stays outside the mesh, one line each, for people
     */
    List<String> catchUp(Class<?> woven);
}
