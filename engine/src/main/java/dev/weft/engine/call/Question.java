package dev.weft.engine.call;

import dev.weft.engine.snapshot.LocalRateLimit.Entry;
import java.util.List;
import java.util.function.Consumer;

/** What a call needs to know from outside before it can go on. */
public sealed interface Question {
    /**
     * The host is in the mesh, or may be, but its configuration is not here yet. Answer {@link
     * Answer#READY} when a snapshot that knows it, or that knows it is unknown, has been published;
     * {@link Answer#PASS} when the name is none of ours (no directory yet, and DNS resolves it).
     *
     * @param host the logical host as the application wrote it, lower case
     * @param known whether what DNS says of it makes no difference: the directory lists it, or the call can't be made
     *     without the mesh
     */
    record Warm(String host, int port, boolean known) implements Question {}

    /**
     * Whether a call may go on, asked of a rate limit service (Envoy: {@code envoy.service.ratelimit.v3}). Answer with
     * {@link Answer.Quota}; everything else says that the service gave no answer.
     *
     * @param cluster of the service
     * @param descriptors what the call is; at least one
     * @param timeoutNanos after which nobody waits for the answer any more
     */
    record Quota(String cluster, String domain, List<List<Entry>> descriptors, long timeoutNanos) implements Question {
        public Quota {
            descriptors = descriptors.stream().map(List::copyOf).toList();
        }
    }

    /**
     * A place in a queue of this process, which nobody outside has to be asked for. It says {@link
     * Answer#READY} when it is the call's turn.
     */
    non-sealed interface Place extends Question {
        /** Who wants to hear of it, on any thread; at once if it is the call's turn already. Called once. */
        void await(Consumer<Answer> answer);
    }
}
