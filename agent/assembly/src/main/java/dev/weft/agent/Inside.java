package dev.weft.agent;

import dev.weft.agent.workload.Surroundings;
import dev.weft.telemetry.ServerSide;

/** What the server side counts and what tracing is told. */
final class Inside implements Surroundings {
    private final ServerSide serverSide;
    private final Tracing tracing;

    Inside(ServerSide serverSide, Tracing tracing) {
        this.serverSide = serverSide;
        this.tracing = tracing;
    }

    @Override
    public long begun() {
        return serverSide.total();
    }

    @Override
    public long inFlight() {
        return serverSide.inFlight();
    }

    @Override
    public void otherTracer(String what) {
        tracing.found(what);
    }
}
