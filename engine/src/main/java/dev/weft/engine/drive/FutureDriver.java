package dev.weft.engine.drive;

import dev.weft.engine.Engine;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Drives calls of libraries that answer with a future. */
public final class FutureDriver {
    final Engine engine;
    final Clock clock;
    final Timer timer;
    final Outside outside;
    final Nesting nesting;
    final Executor elsewhere;

    /** Goes on where the JDK completes futures whenever it must not go on where it is. */
    public FutureDriver(Engine engine, Clock clock, Timer timer, Outside outside, Nesting nesting) {
        this(engine, clock, timer, new Elsewhere(outside), nesting, Elsewhere.FUTURES);
    }

    /** @param elsewhere goes on with an application where the thread of the timer may not */
    public FutureDriver(Engine engine, Clock clock, Timer timer, Outside outside, Nesting nesting, Executor elsewhere) {
        this.engine = engine;
        this.clock = clock;
        this.timer = timer;
        this.outside = outside;
        this.nesting = nesting;
        this.elsewhere = elsewhere;
    }

    /** Starts one call. Cancelling the future cancels the call. */
    public <R, T> CompletableFuture<T> run(FutureExchange<R, T> exchange) {
        return new FutureCall<>(this, exchange).run();
    }
}
