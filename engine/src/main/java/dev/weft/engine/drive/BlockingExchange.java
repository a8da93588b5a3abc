package dev.weft.engine.drive;

import dev.weft.engine.call.Attempt;
import dev.weft.engine.call.End;
import dev.weft.engine.call.Head;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.call.Request;
import dev.weft.engine.snapshot.HeaderEdits;
import org.jspecify.annotations.Nullable;

/**
 * One call of a library that blocks until the answer's head is there.
 *
 * @param <R> the library's answer
 */
public interface BlockingExchange<R> {
    Request request();

    /** The library's own call, as if we were not here. */
    R original() throws Throwable;

    /** Sends one attempt and blocks until its head or its failure. What it throws is the library's. */
    R send(Attempt attempt) throws Throwable;

    Head head(R answer);

    /** What this exception of {@link #send} means; {@code UNSENT} only when nothing reached the peer. */
    End failure(Throwable thrown);

    /**
     * Breaks an attempt that {@link #send} is blocked on, from another thread: its connection is
     * closed, the application's request object stays usable.
     */
    void abort(Attempt attempt);

    /** Drops an answer that will not be used: drains a little or closes. Must not throw. */
    void discard(R answer);

    /** The answer with its headers edited, where the library's answers can be; else as it came. */
    default R with(R answer, HeaderEdits edits) {
        return answer;
    }

    /** Hands an answer over; reports its end when the body was read, closed or broke. */
    R deliver(R answer, Ending ending);

    /** Puts a local answer into the library's terms: throws for failures, answers for rules. */
    R reply(Refusal refusal) throws Throwable;

    /**
     * What the library throws to an application that has given this call up; null while it hasn't.
     * Asked whenever a thread that waits between attempts wakes, so who gives up also unparks it.
     */
    default @Nullable Throwable givenUp() {
        return null;
    }
}
