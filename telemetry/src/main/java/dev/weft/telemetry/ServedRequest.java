package dev.weft.telemetry;

import dev.weft.engine.trace.TraceContext;
import org.jspecify.annotations.Nullable;

/**
 * A request that was served. Times are of the clock of the calls.
 *
 * @param path with its query
 * @param headers what {@link RequestRecorder#headers} has kept
 * @param code 0 for none
 * @param grpc its status, or {@link GrpcCalls#NONE} or {@link GrpcCalls#UNTOLD}
 * @param flags bits of {@link ResponseFlag}
 * @param place its trace and span; null when somebody else traces
 * @param why the failure in words, or empty
 */
@SuppressWarnings("ArrayRecordComponent") // handed on once, and compared by nobody
public record ServedRequest(
        String method,
        String path,
        @Nullable String[] headers,
        long startedAt,
        long endedAt,
        int code,
        int grpc,
        int flags,
        @Nullable TraceContext place,
        String why) {}
