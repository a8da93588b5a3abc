package dev.weft.contract;

import java.io.IOException;
import java.util.List;
import java.util.Set;

/** One HTTP client library, in one calling style, as the stories see it. All a new client writes. */
public interface ClientUnderTest {
    /** Name of the library and the style, such as {@code JDK HttpClient (async)}. */
    String name();

    /** Version of the library that runs. */
    String version();

    /** What the library, in this style, has no word for; stories that need it don't apply. */
    Set<Feature> lacks();

    /** The hooks to weave, annotated with {@code @Weave}. */
    List<Class<?>> adapters();

    /**
     * The same hooks with a bug: their exchange goes through {@link Sabotage}, so that handing an
     * answer over throws.
     */
    List<Class<?>> adaptersFailingInDeliver();

    /** A new client of the library with these settings. Called after the hooks are woven. */
    Client open(Knobs knobs) throws Exception;

    /** What a library may lack. */
    enum Feature {
        HTTP2("HTTP/2"),
        ASYNC("an asynchronous style"),
        REWRITE("a way to send another path"),
        ANSWER_HEADERS("a way to add to the headers of an answer"),
        TRAILERS("a way to see what comes behind a body"),
        USER_INFO("URLs that name a user");

        private final String words;

        Feature(String words) {
            this.words = words;
        }

        @Override
        public String toString() {
            return words;
        }
    }

    /** An opened client. */
    interface Client extends AutoCloseable {
        /**
         * Sends and waits for the head of the answer. Throws what the library throws to its users
         * (asynchronous styles: the cause inside the future).
         */
        Incoming send(Outgoing request) throws Exception;

        /** Begins to send and returns at once; blocking styles use a thread of their own. */
        Sending start(Outgoing request);

        @Override
        void close() throws IOException;
    }

    /** A request on its way. */
    interface Sending {
        /** Waits for the head; throws like {@link Client#send}. */
        Incoming await() throws Exception;

        /** Gives up the way the library's users do: cancels the future, aborts the request, interrupts. */
        void cancel();
    }
}
