package dev.weft.engine.call;

import java.util.List;

/** The answer to a {@link Question}. */
public sealed interface Answer {
    /** What was asked for is there now: look again. */
    Answer READY = new Ready();
    /** Not ours: the library goes on as if we were not here. */
    Answer PASS = new Pass();

    record Ready() implements Answer {}

    record Pass() implements Answer {}

    /**
     * What a rate limit service said.
     *
     * @param over whether the call is one too many
     * @param headers that the answer to such a call is to have
     * @param body of the answer to such a call; may be empty
     */
    record Quota(boolean over, List<Refusal.Header> headers, String body) implements Answer {
        /** The call may go on. */
        public static final Quota OK = new Quota(false, List.of(), "");

        public Quota {
            headers = List.copyOf(headers);
        }
    }

    /** It can't be had; the call fails with this reason. */
    record Failed(String why) implements Answer {}
}
