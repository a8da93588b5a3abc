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

    /** The application says that it has started. Without this word a listening port counts as ready. */
    void ready();

    /** The application begins to stop: deregisters, then blocks, bounded, until calls have drained. */
    void stopping();
}
