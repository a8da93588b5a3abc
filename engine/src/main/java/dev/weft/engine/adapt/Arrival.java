package dev.weft.engine.adapt;

import java.util.Collection;

/**
 * The moment at which the agent came to a running application, and what there is to be said of it to people. What was
 * looked at then was looked at before anything was woven, so whatever ran is none of the mesh's. Nobody keeps it.
 */
public interface Arrival {
    /** The threads that ran. Virtual threads are not among them: the JVM lists them to nobody. */
    Collection<Thread> threads();

    /** Whether a class of this binary name had been loaded, by whatever loader. */
    boolean loaded(String type);

    /**
     * Says how many threads were in some code, if any was; once, also where several loaders hold the library.
     *
     * @param of the library
     * @param one what one of them was at, {@code call under way}
     * @param many what several of them were at
     * @param places binary names of classes, meant with those nested in them, or {@code CLASS#METHOD}
     */
    void threads(String of, String one, String many, String... places);

    /** Says how many there were, if any; of libraries in several loaders it is the sum. */
    void count(String of, int more, String one, String many);

    /** Says something of which there is one. */
    void say(String line);

    /**
     * Says of something, for which there is reason, that it may be there and can't be looked at.
     *
     * @param what the same words for whatever library has the same
     */
    void unseen(String of, String what);
}
