package dev.weft.agent;

import dev.weft.agent.workload.Surroundings;
import dev.weft.telemetry.ServerSide;

/** What the server side counts, what tracing is told, and when the agent came. */
final class Inside implements Surroundings {
    private final ServerSide serverSide;
    private final Tracing tracing;
    private final boolean late;

    Inside(ServerSide serverSide, Tracing tracing, boolean late) {
        this.serverSide = serverSide;
        this.tracing = tracing;
        this.late = late;
    }

    @Override
    public boolean late() {
        return late;
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
