package dev.weft.engine.call;

import dev.weft.engine.snapshot.Endpoint;
import dev.weft.engine.snapshot.HeaderEdits;
import dev.weft.engine.snapshot.Transport;
import org.jspecify.annotations.Nullable;

/** One sending of a call to one endpoint. Made by the {@link Call}; its identity is its only key. */
public final class Attempt {
    private final int number;
    private final Endpoint endpoint;
    private final Transport transport;
    private final long deadline;
    private final long connectTimeout;
    private final HeaderEdits routeEdits;
    private final HeaderEdits clusterEdits;
    private final @Nullable String traceparent;
    private final @Nullable String tracestate;

    Attempt(
            int number,
            Endpoint endpoint,
            Transport transport,
            long deadline,
            long connectTimeout,
            HeaderEdits routeEdits,
            HeaderEdits clusterEdits,
            @Nullable String traceparent,
            @Nullable String tracestate) {
        this.number = number;
        this.endpoint = endpoint;
        this.transport = transport;
        this.deadline = deadline;
        this.connectTimeout = connectTimeout;
        this.routeEdits = routeEdits;
        this.clusterEdits = clusterEdits;
        this.traceparent = traceparent;
        this.tracestate = tracestate;
    }

    /** 1 for the first. */
    public int number() {
        return number;
    }

    public Endpoint endpoint() {
        return endpoint;
    }

    /** Plaintext (as the application asked) or TLS with the mesh's identity; never Unavailable. */
    public Transport transport() {
        return transport;
    }

    /** When it must have ended, on the driver's clock; {@link Long#MAX_VALUE} for never. */
    public long deadline() {
        return deadline;
    }

    /** Limit for connecting, in nanoseconds; {@link Long#MAX_VALUE} for what the application set. */
    public long connectTimeout() {
        return connectTimeout;
    }

    /** Applies every header change of this attempt to the library's request. */
    public void edit(HeaderWriter writer) {
        routeEdits.apply(writer);
        clusterEdits.apply(writer);
        if (traceparent != null) {
            writer.set("traceparent", traceparent);
            if (tracestate != null && !tracestate.isEmpty()) {
                writer.set("tracestate", tracestate);
            }
        }
    }

    @Override
    public String toString() {
        return "attempt " + number + " to " + endpoint.address();
    }
}
