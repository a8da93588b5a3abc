package dev.weft.engine.drive;

import dev.weft.engine.Engine;

/** Drives calls of libraries that block. */
public final class BlockingDriver {
    final Engine engine;
    final Clock clock;
    final Timer timer;
    final Outside outside;
    final Nesting nesting;

    public BlockingDriver(Engine engine, Clock clock, Timer timer, Outside outside, Nesting nesting) {
        this.engine = engine;
        this.clock = clock;
        this.timer = timer;
        this.outside = outside;
        this.nesting = nesting;
    }

    /**
     * Runs one call to its delivery.
     *
     * @throws Throwable what the library threw, or {@link Refused} with what the adapter makes of a
     *     refusal
     */
    public <R> R run(BlockingExchange<R> exchange) throws Throwable {
        return new BlockingCall<>(this, exchange).run();
    }
}
