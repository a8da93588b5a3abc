package dev.weft.client.bootstrap;

import java.io.IOException;
import java.util.List;

/** Where the control planes are found, asked anew before each connection: one may have moved. */
@FunctionalInterface
public interface Servers {
    /**
     * May read files; never called on a thread that must not wait.
     *
     * @return the preferred one first, at least one
     * @throws IOException when they can't be found; the message is for people
     */
    List<Server> find() throws IOException;

    static Servers of(Server... servers) {
        var all = List.of(servers);
        return () -> all;
    }
}
