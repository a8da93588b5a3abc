package dev.weft.engine.call;

import dev.weft.engine.snapshot.HeaderEdits;

/** What a driver has to do now. The list is closed: a new policy never adds a step. */
public sealed interface Step {
    /** Not a mesh destination: the library goes on as if we were not here. */
    record Pass() implements Step {}

    /**
     * Send to this attempt's endpoint, over its transport, with its header edits, before its deadline. The attempt
     * itself is the step where nothing is to be allocated; a class, because to ask for one costs less than for an
     * interface.
     */
    abstract non-sealed class Send implements Step {
        public abstract Attempt attempt();
    }

    /** A mirrored copy: sent, its result never delivered; its end is reported like any other. */
    record Shadow(Attempt attempt) implements Step {}

    /**
     * Stop this attempt: its time is over, a hedge lost, or its answer will not be used. Close its
     * connection or stream (an answer that has begun may be drained, bounded), never the
     * application's request object. Its {@code end} is still reported, once.
     */
    record Abort(Attempt attempt) implements Step {}

    /** An answer from outside is needed; bring it with {@code Call.answer}. */
    record Ask(Question question) implements Step {}

    /** Give the application a local answer. Nothing more follows but the ends of open attempts. */
    record Reply(Refusal refusal) implements Step {}

    /**
     * Hand the answer of {@code Call.delivered}, or its exception, to the application; a stream goes on until its end.
     * The call knows which attempt that is, so that nothing is made to say it.
     *
     * @param edits of the answer's headers
     */
    record Deliver(HeaderEdits edits) implements Step {
        /** One with these edits; nothing is made where there are none. */
        public static Deliver with(HeaderEdits edits) {
            return edits == HeaderEdits.NONE ? DELIVER : new Deliver(edits);
        }
    }

    /** Nothing to do until an event, or this time; {@link Long#MAX_VALUE} when only an event helps. */
    record Idle(long wakeAt) implements Step {}

    Pass PASS = new Pass();
    /** An answer as it came. */
    Deliver DELIVER = new Deliver(HeaderEdits.NONE);

    Idle WAIT = new Idle(Long.MAX_VALUE);
}
