package dev.weft.engine;

/** Arithmetic of points in time, where {@link Long#MAX_VALUE} is never. */
final class Times {
    private Times() {}

    static long plus(long now, long nanos) {
        return nanos > Long.MAX_VALUE - Math.max(now, 0) ? Long.MAX_VALUE : now + nanos;
    }
}
