package dev.weft.telemetry;

import dev.weft.engine.call.Headers;
import org.jspecify.annotations.Nullable;

/** Who is told of each request that was served. */
public interface RequestRecorder {
    /** Called when a request has begun, on its thread: what will be needed of its headers. */
    @Nullable
    String[] headers(Headers headers);

    void record(ServedRequest request);
}
