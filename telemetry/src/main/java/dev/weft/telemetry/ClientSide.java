package dev.weft.telemetry;

import dev.weft.engine.Call;
import dev.weft.engine.Flight;
import dev.weft.engine.drive.Clock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The calls this process makes: what became of each is read once, and told to every recorder. */
public final class ClientSide implements Consumer<Call> {
    private final Clock clock;
    private final CallRecorder[] recorders;

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

    /** A call is over with the end of the answer it delivered, unless something still ran beside it. */
    private long end(Call call, @Nullable Flight delivered) {
        return delivered != null && call.attemptCount() == 1 ? delivered.endedAt() : clock.nanos();
    }
}
