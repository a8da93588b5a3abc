package dev.weft.engine.ledger;

import dev.weft.engine.call.Request;
import dev.weft.engine.policy.Deadlines;
import dev.weft.engine.snapshot.ExpectedTimeout;
import dev.weft.engine.snapshot.GrpcTimeout;
import dev.weft.engine.snapshot.Guard;
import dev.weft.engine.snapshot.Route;
import org.jspecify.annotations.Nullable;

/** Heeds the time limit that a request brings along. Counts nothing. */
final class DeadlineGate implements Gate {
    private final Guard guard;
    private final @Nullable GrpcTimeout grpc;

    DeadlineGate(GrpcTimeout guard) {
        this.guard = guard;
        this.grpc = guard;
    }

    DeadlineGate(ExpectedTimeout guard) {
        this.guard = guard;
        this.grpc = null;
    }

    @Override
    public Guard guard() {
        return guard;
    }

    @Override
    public Verdict admit(Request request, @Nullable String cluster, Route route, long now) {
        long left = asked(request);
        return left == Deadlines.NONE ? Verdict.GO : Verdict.limited(Gate.after(now, left));
    }

    private long asked(Request request) {
        return grpc == null ? Deadlines.asked(request) : Deadlines.asked(grpc, request);
    }

    @Override
    public Forecast foretell(Request request, @Nullable String cluster, Route route, long now) {
        long left = asked(request);
        return left == Deadlines.NONE ? Forecast.GO : Forecast.limited(Gate.after(now, left));
    }

    @Override
    public String words(long now) {
        if (grpc == null) {
            return "time limit (" + guard.scope() + "): x-envoy-expected-rq-timeout-ms of the request counts";
        }
        String most = grpc.maxNanos() == Long.MAX_VALUE ? "" : ", up to " + grpc.maxNanos() / 1_000_000 + " ms";
        String less = grpc.offsetNanos() == 0 ? "" : ", shortened by " + grpc.offsetNanos() / 1_000_000 + " ms";
        return "time limit (" + guard.scope() + "): grpc-timeout of the request counts" + most + less;
    }
}
