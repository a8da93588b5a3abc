package dev.weft.telemetry;

import dev.weft.engine.Call;
import dev.weft.engine.Flight;
import dev.weft.engine.drive.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The calls this process makes: what became of each is read once, and told to every recorder. */
public final class ClientSide implements Consumer<Call> {
    private final Clock clock;
    /** Replaced as a whole. */
    private volatile CallRecorder[] recorders;

    public ClientSide(Clock clock, CallRecorder... recorders) {
        this.clock = clock;
        this.recorders = recorders.clone();
    }

    @Override
    public void accept(Call call) {
        Flight delivered = call.delivered();
        long endedAt = end(call, delivered);
        int code = CallEnd.code(call, delivered);
        int flags = ResponseFlag.of(call, delivered);
        for (CallRecorder recorder : recorders) {
            recorder.record(call, delivered, endedAt, code, flags);
        }
    }

    /** From now on this one is told too. */
    public synchronized void add(CallRecorder recorder) {
        CallRecorder[] more = Arrays.copyOf(recorders, recorders.length + 1);
        more[recorders.length] = recorder;
        recorders = more;
    }

    /** From now on this one is told nothing. */
    public synchronized void remove(CallRecorder recorder) {
        List<CallRecorder> left = new ArrayList<>(List.of(recorders));
        left.remove(recorder);
        recorders = left.toArray(CallRecorder[]::new);
    }

    /** A call is over with the end of the answer it delivered, unless something still ran beside it. */
    private long end(Call call, @Nullable Flight delivered) {
        return delivered != null && call.attemptCount() == 1 ? delivered.endedAt() : clock.nanos();
    }
}
