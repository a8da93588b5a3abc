package dev.weft.engine.drive;

import dev.weft.engine.call.Attempt;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.call.Request;
import dev.weft.engine.snapshot.HeaderEdits;
import org.jspecify.annotations.Nullable;

/**
 * One call of somebody who sends from an event loop and never waits. All methods run on that loop, one at a time; they
 * may report to the {@link LoopCall} before they return.
 */
public interface LoopExchange {
    Request request();

    /** Not ours, or the mesh has failed before anything was sent: goes on as if there were no mesh. */
    void original();

    /** Sends one attempt; its head or its end is reported to the call. */
    void send(Attempt attempt);

    /** Sends a mirrored copy; its end is reported once, whatever has become of the call. */
    void shadow(Attempt attempt, Ending ending);

    /** Breaks an attempt, or drops its answer; its end is reported by the driver. Must not throw. */
    void abort(Attempt attempt);

    /**
     * Hands the attempt's answer, or its failure, to whoever waits for it; its end is still reported.
     *
     * @param edits of the answer's headers
     */
    void deliver(Attempt attempt, HeaderEdits edits);

    /** Answers here. */
    void reply(Refusal refusal);

    /**
     * The mesh has failed after something was sent or refused: hands over an answer that is there, or tells the
     * failure. Must not throw.
     *
     * @return whose answer goes on; null for nobody's
     */
    @Nullable
    Attempt broken(Throwable bug);

    /** From now on {@link LoopCall#wake} is to be called at this time, and no more at an earlier one. */
    void wakeAt(long at);

    /** Runs something on the loop; from any thread, soon. */
    void execute(Runnable task);
}
