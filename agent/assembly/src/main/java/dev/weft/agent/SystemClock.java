package dev.weft.agent;

import dev.weft.engine.drive.Clock;

/** {@code System.nanoTime()}. A class and not a lambda: it is needed in premain. */
final class SystemClock implements Clock {
    @Override
    public long nanos() {
        return System.nanoTime();
    }
}
