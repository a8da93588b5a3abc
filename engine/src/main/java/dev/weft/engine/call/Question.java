package dev.weft.engine.call;

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
}
