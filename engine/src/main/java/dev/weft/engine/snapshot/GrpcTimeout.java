package dev.weft.engine.snapshot;

/**
 * The time limit that a call of gRPC brings along in {@code grpc-timeout} counts here (Envoy: {@code
 * RouteAction.max_stream_duration}, its {@code grpc_timeout_header_max} and {@code
 * grpc_timeout_header_offset}). The other limits of the route count beside it.
 *
 * @param maxNanos the most that counts of it; {@link Long#MAX_VALUE} for all
 * @param offsetNanos by how much it is shortened
 */
public record GrpcTimeout(String scope, long maxNanos, long offsetNanos) implements Guard {
    public GrpcTimeout {
        if (maxNanos <= 0 || offsetNanos < 0) {
            throw new IllegalArgumentException(
                    "max_stream_duration: grpc_timeout_header_max or grpc_timeout_header_offset is out of range");
        }
    }

    @Override
    public boolean idle() {
        return false;
    }
}
