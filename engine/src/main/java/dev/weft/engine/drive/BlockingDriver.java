package dev.weft.engine.drive;

import dev.weft.engine.Engine;

/** Drives calls of libraries that block. */
public final class BlockingDriver {
    public BlockingDriver(Engine engine, Clock clock, Timer timer, Outside outside, Nesting nesting) {}

    /** Runs one call to its delivery. Throws what the library threw, or what the adapter makes of a refusal. */
    public <R> R run(BlockingExchange<R> exchange) throws Throwable {
        throw new UnsupportedOperationException();
    }
}
