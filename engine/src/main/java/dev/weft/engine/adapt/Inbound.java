package dev.weft.engine.adapt;

import dev.weft.engine.call.Headers;
import dev.weft.engine.call.Outcome;
import org.jspecify.annotations.Nullable;

/** The server side of calls: server spans, calls in flight, the context that outgoing calls continue. */
public interface Inbound {
    /** Counts and traces nothing. */
    Inbound NONE = (method, path, headers) -> new Served() {
        @Override
        public void attach() {}

        @Override
        public void detach() {}

        @Override
        public void end(int code, Outcome outcome, @Nullable Throwable error) {}
    };

    /** A request has arrived on this thread; its trace becomes current until {@link Served#detach}. */
    Served begin(String method, String path, Headers headers);

    /**
     * As above, of a request whose connection is known.
     *
     * @param scheme {@code http} or {@code https}; empty where it is not known
     */
    default Served begin(String method, String path, Headers headers, String scheme, Peers peers) {
        return begin(method, path, headers);
    }

    /** One request being served. */
    interface Served {
        /** A thread takes the request up again (asynchronous dispatch): its trace becomes current. */
        void attach();

        /** The thread leaves the request; what was current before is current again. */
        void detach();

        /** The answer is complete. Called once, from any thread. */
        void end(int code, Outcome outcome, @Nullable Throwable error);

        /**
         * As above, of an answer of gRPC.
         *
         * @param status of gRPC; 0 for success, and where none came
         */
        default void end(int code, int status, Outcome outcome, @Nullable Throwable error) {
            end(code, outcome, error);
        }
    }
}
