package dev.weft.engine.adapt;

/** What inbound adapters learn about the application they live in. Calls are cheap and never throw. */
public interface Workload {
    /** For tests and for agents that register nothing. */
    Workload NONE = new Workload() {
        @Override
        public void named(String name) {}

        @Override
        public void listening(int port, String protocol) {}

        @Override
        public void ready() {}

        @Override
        public void stopping() {}
    };

    /** The application's own name ({@code spring.application.name}). Configuration wins over it. */
    void named(String name);

    /** A server of the application accepts connections on this port. */
    void listening(int port, String protocol);

    /** The application will say {@link #ready}; until then a listening port does not count as ready. */
    default void starting() {}

    /** The application says that it has started. Without {@link #starting} a listening port counts as ready. */
    void ready();

    /** A listening port that serves the application's operators, not its callers: never registered. */
    default void management(int port) {}

    /** Somebody else traces this application: from now on no span and no header of ours. */
    default void otherTracer(String what) {}

    /** Whether the agent came to a running application: servers may be listening that nobody has told of. */
    default boolean late() {
        return false;
    }

    /** The application begins to stop: deregisters, then blocks, bounded, until calls have drained. */
    void stopping();

    /** Whether callers should move on to other instances: answers then close their connections. */
    default boolean draining() {
        return false;
    }
}
