package dev.weft.telemetry.access;

import dev.weft.engine.call.Headers;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the log may say of one call, as lean as the path of the call wants it. Times are nanoseconds.
 *
 * @param scheme {@code http} or {@code https}; empty where it isn't known
 * @param path without its query
 * @param start since 1970
 * @param status 0 for none
 * @param grpc status of gRPC; negative for none
 * @param flags as Envoy writes them, {@code -} for none
 * @param details Envoy's {@code RESPONSE_CODE_DETAILS}
 * @param upstream whom the last attempt was sent to; null for nobody
 * @param cluster empty for none, {@code inbound} for a request that was served
 * @param route empty for none
 * @param attempts how many were sent
 * @param traceId empty for none
 * @param request values of the request headers that the format names, in its order
 * @param response of the answer's headers as well
 * @param failure in words, or empty
 */
@SuppressWarnings("ArrayRecordComponent") // handed on once, and compared by nobody
record AccessEntry(
        String method,
        String scheme,
        String authority,
        String path,
        long start,
        long duration,
        int status,
        int grpc,
        String flags,
        String details,
        @Nullable InetSocketAddress upstream,
        String cluster,
        String route,
        int attempts,
        String traceId,
        @Nullable String[] request,
        @Nullable String[] response,
        String failure) {
    private static final @Nullable String[] NONE = {};
    private static final int LONGEST = 1024;

    /** The first values of these headers. */
    static @Nullable String[] read(List<String> names, Headers headers) {
        if (names.isEmpty()) {
            return NONE;
        }
        @Nullable String[] values = new @Nullable String[names.size()];
        for (int i = 0; i < values.length; i++) {
            String value = headers.first(names.get(i));
            values[i] = value == null || value.length() <= LONGEST ? value : value.substring(0, LONGEST);
        }
        return values;
    }
}
