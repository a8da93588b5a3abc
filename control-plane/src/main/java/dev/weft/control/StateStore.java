package dev.weft.control;

import dev.weft.control.keep.Documents;
import dev.weft.control.registry.RegistryStore;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What keeps rules, their versions and the registry beyond this process. */
interface StateStore extends AutoCloseable {
    /** Where rules of the API and the versions of all rules are kept; null for nowhere. */
    @Nullable
    Documents documents();

    /** Where pauses are kept; null for nowhere. */
    @Nullable
    Documents pauses();

    /** Where the registry is kept; null for nowhere. */
    @Nullable
    RegistryStore registry();

    /**
     * Returns when what is kept is known.
     *
     * @throws IOException when it can't be had, with a message for people
     */
    void start() throws IOException;

    /** Why nothing can be changed now, for people; null when it can. */
    @Nullable
    String away();

    @Override
    void close();
}
