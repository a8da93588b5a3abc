package dev.weft.control.serve;

/** One client's stream, in one of the protocol's two forms. Used from the serial queue only. */
sealed interface ClientStream permits DeltaStream, WorldStream {
    /**
     * Sends what the client can take now. New things go first and in the order in which they refer to
     * each other, things that are gone last, so that a client never holds a route to nowhere.
     */
    void flush();

    /** Who is at the other end. */
    Connected client();
}
