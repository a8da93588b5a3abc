package dev.weft.engine.drive;

import dev.weft.engine.Engine;
import java.util.concurrent.CompletableFuture;

/** Drives calls of libraries that answer with a future. */
public final class FutureDriver {
    public FutureDriver(Engine engine, Clock clock, Timer timer, Outside outside, Nesting nesting) {}

    /** Starts one call. Cancelling the future cancels the call. */
    public <R, T> CompletableFuture<T> run(FutureExchange<R, T> exchange) {
        throw new UnsupportedOperationException();
    }
}
