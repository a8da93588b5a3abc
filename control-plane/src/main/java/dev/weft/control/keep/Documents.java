package dev.weft.control.keep;

import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * Small contents by name that outlive the process: each is there as a whole or not at all. A name is a
 * path, {@code FOLDER/.../NAME}. Used by one thread at a time; may wait.
 */
public interface Documents {
    /** The names below a folder, in their order; what can't be looked at is named in the log. */
    List<String> names(String folder);

    /** @throws IOException when there is none, or it can't be read */
    byte[] read(String name) throws IOException;

    /** Whether there is one. */
    boolean has(String name);

    /**
     * Puts content under a name, instead of what was there.
     *
     * @throws ChangedElsewhereException when what is there is not what was seen here last
     * @throws IOException when it can't be done, {@link StoreAwayException} among others
     */
    void write(String name, byte[] content) throws IOException;

    /** Takes one away, if there is one; fails as {@link #write} does. */
    void delete(String name) throws IOException;

    /** Where it stands, for people. */
    String where(String name);

    /**
     * What others have changed since this was asked last; only now it counts here, so that nothing
     * changes between a look and a write.
     */
    Set<String> changes();

    /** @param listener told, on any thread, that others have changed something; must not block */
    void listen(Runnable listener);
}
