package dev.weft.engine.adapt;

import org.jspecify.annotations.Nullable;

/**
 * A hook that takes a whole method call over. Loaded beside the library; created with the
 * {@link Mesh} as its one constructor argument, once for each application class loader.
 */
public interface Around {
    /** Whether this call is ours. On the path of every call: cheap, allocates nothing. */
    boolean wants(Object self, @Nullable Object[] args);

    /**
     * Stands for the call. What it returns or throws, the caller gets.
     *
     * @param original runs the woven method's own body, any number of times, with any arguments
     */
    @Nullable
    Object around(Object self, @Nullable Object[] args, Original original) throws Throwable;
}
