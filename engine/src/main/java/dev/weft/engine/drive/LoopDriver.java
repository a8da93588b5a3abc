package dev.weft.engine.drive;

import dev.weft.engine.Engine;

/** Drives calls from event loops, which never wait. */
public final class LoopDriver {
    final Engine engine;
    final Clock clock;
    final Outside outside;

    public LoopDriver(Engine engine, Clock clock, Outside outside) {
        this.engine = engine;
        this.clock = clock;
        this.outside = outside;
    }

    /** One after the other, calls of one exchange; nothing has begun. */
    public LoopCall calls(LoopExchange exchange) {
        return new LoopCall(this, exchange);
    }
}
