package dev.weft.engine.drive;

import dev.weft.engine.Engine;
import java.util.concurrent.CompletableFuture;

/** Drives calls of libraries that answer with a future. */
public final class FutureDriver {
    final Engine engine;
    final Clock clock;
    final Timer timer;
    final Outside outside;
    final Nesting nesting;

    public FutureDriver(Engine engine, Clock clock, Timer timer, Outside outside, Nesting nesting) {
        this.engine = engine;
        this.clock = clock;
        this.timer = timer;
        this.outside = outside;
        this.nesting = nesting;
    }

    /** Starts one call. Cancelling the future cancels the call. */
    public <R, T> CompletableFuture<T> run(FutureExchange<R, T> exchange) {
        return new FutureCall<>(this, exchange).run();
    }
}
