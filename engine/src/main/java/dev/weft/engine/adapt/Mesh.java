package dev.weft.engine.adapt;

import dev.weft.engine.Engine;
import dev.weft.engine.drive.BlockingDriver;
import dev.weft.engine.drive.Clock;
import dev.weft.engine.drive.FutureDriver;
import dev.weft.engine.drive.Nesting;
import dev.weft.engine.drive.Outside;
import dev.weft.engine.drive.Timer;
import dev.weft.engine.trace.Ambient;

/** What an adapter hands calls to. The one constructor argument of every adapter. */
public final class Mesh {
    private final Engine engine;
    private final Nesting nesting = new Nesting();
    private final BlockingDriver blocking;
    private final FutureDriver future;
    private final Clock clock;
    private final Timer timer;
    private final Inbound inbound;
    private final Workload workload;

    public Mesh(Engine engine, Clock clock, Timer timer, Outside outside, Inbound inbound, Workload workload) {
        this.engine = engine;
        this.blocking = new BlockingDriver(engine, clock, timer, outside, nesting);
        this.future = new FutureDriver(engine, clock, timer, outside, nesting);
        this.clock = clock;
        this.timer = timer;
        this.inbound = inbound;
        this.workload = workload;
    }

    /** Whether a call to this host may be ours and is not already inside one of ours. Allocates nothing. */
    public boolean routes(String host, int port) {
        return engine.routes(host, port) && !nesting.inside(); // most calls of most applications end at the first
    }

    public BlockingDriver blocking() {
        return blocking;
    }

    public FutureDriver future() {
        return future;
    }

    /** The traces that threads work for; an adapter takes one along where its library changes threads. */
    public Ambient ambient() {
        return engine.ambient();
    }

    /** Runs something of the adapter's own after this many nanoseconds, never on the thread that asks. */
    public Timer.Pending later(long nanos, Runnable task) {
        return timer.schedule(clock.nanos() + nanos, task);
    }

    public Inbound inbound() {
        return inbound;
    }

    public Workload workload() {
        return workload;
    }
}
