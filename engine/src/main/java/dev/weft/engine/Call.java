package dev.weft.engine;

import dev.weft.engine.call.Answer;
import dev.weft.engine.call.Attempt;
import dev.weft.engine.call.End;
import dev.weft.engine.call.Head;
import dev.weft.engine.call.Step;

/** One call through the mesh. Not thread-safe: its driver serialises the events. */
public final class Call {
    /** The call begins. Times are nanoseconds of the driver's clock. */
    public void start(long now) {
        throw new UnsupportedOperationException();
    }

    /** The answer of an attempt began: a retry is decided here. */
    public void head(Attempt attempt, Head head, long now) {
        throw new UnsupportedOperationException();
    }

    /** An attempt is over: exactly once for each attempt, also after Abort. */
    public void end(Attempt attempt, End end, long now) {
        throw new UnsupportedOperationException();
    }

    /** The answer to a question. */
    public void answer(Step.Ask ask, Answer answer, long now) {
        throw new UnsupportedOperationException();
    }

    /** The application gave up. */
    public void cancel(long now) {
        throw new UnsupportedOperationException();
    }

    /** What to do now; call it until it says {@link Step.Idle}. */
    public Step next(long now) {
        throw new UnsupportedOperationException();
    }
}
