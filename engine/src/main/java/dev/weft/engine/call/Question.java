package dev.weft.engine.call;

import java.util.function.Consumer;

/** What a call needs to know from outside before it can go on. */
public sealed interface Question {
    /**
     * The host is in the mesh, or may be, but its configuration is not here yet. Answer {@link
     * Answer#READY} when a snapshot that knows it, or that knows it is unknown, has been published;
     * {@link Answer#PASS} when the name is none of ours (no directory yet, and DNS resolves it).
     *
     * @param host the logical host as the application wrote it, lower case
     * @param known whether the directory lists it; false while no directory has arrived
     */
    record Warm(String host, int port, boolean known) implements Question {}

    /**
     * A place in a queue of this process, which nobody outside has to be asked for. It says {@link
     * Answer#READY} when it is the call's turn.
     */
    non-sealed interface Place extends Question {
        /** Who wants to hear of it, on any thread; at once if it is the call's turn already. Called once. */
        void await(Consumer<Answer> answer);
    }
}
