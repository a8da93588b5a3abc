package dev.weft.engine.drive;

/** Monotonic time in nanoseconds, with any origin. */
@FunctionalInterface
public interface Clock {
    long nanos();
}
