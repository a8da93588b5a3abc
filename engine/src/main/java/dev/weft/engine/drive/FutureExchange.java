package dev.weft.engine.drive;

import dev.weft.engine.call.Attempt;
import dev.weft.engine.call.End;
import dev.weft.engine.call.Head;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.call.Request;
import dev.weft.engine.snapshot.HeaderEdits;
import java.util.concurrent.CompletableFuture;

/**
 * One call of a library that answers with a future.
 *
 * @param <R> an answer of which only the head is there
 * @param <T> what the application gets
 */
public interface FutureExchange<R, T> {
    Request request();

    /** The library's own call, as if we were not here. */
    CompletableFuture<T> original();

    /** Sends one attempt; completes with its head. */
    CompletableFuture<R> send(Attempt attempt);

    Head head(R answer);

    /** What this failure of {@link #send}, unwrapped, means; {@code UNSENT} only when nothing reached the peer. */
    End failure(Throwable thrown);

    /** Breaks an attempt whose head has not come: its connection or stream is closed. */
    void abort(Attempt attempt);

    /** Drops an answer that will not be used: drains a little or closes. Must not throw. */
    void discard(R answer);

    /** The answer with its headers edited, where the library's answers can be; else as it came. */
    default R with(R answer, HeaderEdits edits) {
        return answer;
    }

    /** Hands an answer over; reports its end when the body was read, cancelled or broke. */
    CompletableFuture<T> deliver(R answer, Ending ending);

    /** Puts a local answer into the library's terms: fails for failures, answers for rules. */
    CompletableFuture<T> reply(Refusal refusal);
}
