package dev.weft.control.rule;

import dev.weft.protocol.words.Nearest;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code fault} of an HTTP route. */
final class FaultReader {
    private static final int MILLION_PER_PERCENT = 10_000;

    /** Statuses of gRPC, by their numbers. */
    private static final List<String> GRPC = List.of(
            "OK",
            "CANCELLED",
            "UNKNOWN",
            "INVALID_ARGUMENT",
            "DEADLINE_EXCEEDED",
            "NOT_FOUND",
            "ALREADY_EXISTS",
            "PERMISSION_DENIED",
            "RESOURCE_EXHAUSTED",
            "FAILED_PRECONDITION",
            "ABORTED",
            "OUT_OF_RANGE",
            "UNIMPLEMENTED",
            "INTERNAL",
            "UNAVAILABLE",
            "DATA_LOSS",
            "UNAUTHENTICATED");

    private FaultReader() {}

    static @Nullable Fault read(Fields route) {
        Fields fault = route.object("fault");
        if (fault == null) {
            return null;
        }
        Fields delay = fault.object("delay");
        Fields abort = fault.object("abort");
        if (delay == null && abort == null && !fault.has("delay") && !fault.has("abort")) {
            fault.wrong("must have a delay or an abort");
        }
        fault.end();
        return new Fault(delay == null ? null : delay(delay), abort == null ? null : abort(abort));
    }

    private static Fault.@Nullable Delay delay(Fields delay) {
        Duration fixed = delay.duration("fixedDelay", Duration.ofMillis(1));
        if (fixed == null && !delay.has("fixedDelay")) {
            delay.wrong("fixedDelay", "is missing");
        }
        // The older word for it, in whole percent.
        Integer percent = delay.integer("percent", 0, 100);
        Integer share = perMillion(delay);
        delay.notYet("exponentialDelay");
        delay.end();
        int perMillion = share != null ? share : percent != null ? percent * MILLION_PER_PERCENT : 0;
        return fixed == null ? null : new Fault.Delay(fixed, perMillion);
    }

    private static Fault.@Nullable Abort abort(Fields abort) {
        Integer http = abort.integer("httpStatus", 200, 599);
        String grpc = abort.text("grpcStatus");
        if (!abort.has("httpStatus") && !abort.has("grpcStatus") && !abort.has("http2Error")) {
            abort.wrong("must have one of httpStatus, grpcStatus");
        } else if (abort.has("httpStatus") && abort.has("grpcStatus")) {
            abort.wrong("grpcStatus", "can't stand beside httpStatus");
        }
        int status = grpc == null ? -1 : GRPC.indexOf(grpc);
        if (grpc != null && status < 0) {
            String nearest = Nearest.to(grpc, GRPC);
            abort.wrong(
                    "grpcStatus",
                    "'" + grpc + "' is not a status of gRPC"
                            + (nearest == null ? "" : "; did you mean '" + nearest + "'?"));
        }
        Integer share = perMillion(abort);
        abort.notYet("http2Error");
        abort.end();
        boolean known = http != null || status >= 0;
        return known ? new Fault.Abort(http == null ? 0 : http, status, share == null ? 0 : share) : null;
    }

    private static @Nullable Integer perMillion(Fields parent) {
        Fields percentage = parent.object("percentage");
        if (percentage == null) {
            return null;
        }
        Double value = percentage.number("value", 0, 100);
        percentage.end();
        return value == null ? null : (int) Math.round(value * MILLION_PER_PERCENT);
    }
}
