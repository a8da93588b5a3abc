package dev.weft.telemetry;

import dev.weft.engine.Call;
import dev.weft.engine.Flight;
import org.jspecify.annotations.Nullable;

/** Who is told of each call that is over. Reads what it needs and keeps nothing of the call itself. */
public interface CallRecorder {
    /**
     * @param delivered the attempt whose answer or failure the application got
     * @param endedAt on the clock of the calls
     * @param code of the answer that the application got; 0 where it got none
     * @param flags bits of {@link ResponseFlag}
     */
    void record(Call call, @Nullable Flight delivered, long endedAt, int code, int flags);
}
