package dev.weft.control.rule;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Faults that a route injects (Istio: {@code HTTPFaultInjection}).
 *
 * @param delay null for none
 * @param abort null for none
 */
public record Fault(@Nullable Delay delay, @Nullable Abort abort) {
    /**
     * @param perMillion how many of a million calls
     */
    public record Delay(Duration fixed, int perMillion) {}

    /**
     * @param httpStatus 0 where it is a gRPC status
     * @param grpcStatus -1 where it is an HTTP status
     * @param perMillion how many of a million calls
     */
    public record Abort(int httpStatus, int grpcStatus, int perMillion) {}
}
