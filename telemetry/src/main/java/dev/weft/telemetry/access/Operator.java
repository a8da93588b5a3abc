package dev.weft.telemetry.access;

import dev.weft.telemetry.Addresses;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Envoy's command operators that take no argument. What we never know is {@code -}, as it is in Envoy. */
enum Operator {
    START_TIME,
    PROTOCOL,
    RESPONSE_CODE,
    GRPC_STATUS_NUMBER,
    RESPONSE_FLAGS,
    RESPONSE_CODE_DETAILS,
    CONNECTION_TERMINATION_DETAILS,
    BYTES_RECEIVED,
    BYTES_SENT,
    DURATION,
    UPSTREAM_HOST,
    UPSTREAM_CLUSTER,
    UPSTREAM_LOCAL_ADDRESS,
    UPSTREAM_REQUEST_ATTEMPT_COUNT,
    UPSTREAM_TRANSPORT_FAILURE_REASON,
    DOWNSTREAM_LOCAL_ADDRESS,
    DOWNSTREAM_REMOTE_ADDRESS,
    REQUESTED_SERVER_NAME,
    ROUTE_NAME,
    TRACE_ID;

    private static final DateTimeFormatter MILLIS = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    /** Null where there is none. */
    @Nullable
    String value(AccessEntry entry) {
        return switch (this) {
            case START_TIME -> time(entry.start());
            case RESPONSE_CODE -> Integer.toString(entry.status());
            case GRPC_STATUS_NUMBER -> entry.grpc() < 0 ? null : Integer.toString(entry.grpc());
            case RESPONSE_FLAGS -> entry.flags();
            case RESPONSE_CODE_DETAILS -> entry.details();
            case DURATION -> Long.toString(entry.duration() / 1_000_000);
            case UPSTREAM_HOST -> entry.upstream() == null ? null : Addresses.text(entry.upstream());
            case UPSTREAM_CLUSTER -> known(entry.cluster());
            case UPSTREAM_REQUEST_ATTEMPT_COUNT -> Integer.toString(entry.attempts());
            case UPSTREAM_TRANSPORT_FAILURE_REASON -> known(entry.failure());
            case ROUTE_NAME -> known(entry.route());
            case TRACE_ID -> known(entry.traceId());
            case PROTOCOL,
                    CONNECTION_TERMINATION_DETAILS,
                    BYTES_RECEIVED,
                    BYTES_SENT,
                    UPSTREAM_LOCAL_ADDRESS,
                    DOWNSTREAM_LOCAL_ADDRESS,
                    DOWNSTREAM_REMOTE_ADDRESS,
                    REQUESTED_SERVER_NAME -> null;
        };
    }

    /** Whether its values are numbers. */
    boolean number() {
        return switch (this) {
            case RESPONSE_CODE,
                    GRPC_STATUS_NUMBER,
                    DURATION,
                    UPSTREAM_REQUEST_ATTEMPT_COUNT,
                    BYTES_RECEIVED,
                    BYTES_SENT -> true;
            default -> false;
        };
    }

    static String time(long nanos) {
        return MILLIS.format(
                Instant.ofEpochSecond(Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L)));
    }

    private static @Nullable String known(String text) {
        return text.isEmpty() ? null : text;
    }
}
