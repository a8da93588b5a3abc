package dev.weft.control.translate;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.weft.control.rule.Resilience.Breaker;
import dev.weft.control.rule.Resilience.Bulkhead;
import dev.weft.control.rule.Resilience.ConnectBackoff;
import dev.weft.control.rule.Resilience.Fallback;
import dev.weft.control.rule.Resilience.Policy;
import dev.weft.control.rule.Resilience.Reset;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What stands under {@code weft} in the metadata of a route or a cluster: Envoy has no word for any of it. */
final class ResilienceWriter {
    private static final String OURS = "weft";

    private ResilienceWriter() {}

    /** @return null when there is nothing to say */
    static @Nullable Metadata of(boolean retryNonIdempotent, Policy policy) {
        Struct.Builder own = Struct.newBuilder();
        if (retryNonIdempotent) {
            own.putFields(
                    "retry_non_idempotent",
                    Value.newBuilder().setBoolValue(true).build());
        }
        part(own, "breaker", policy.get(Breaker.class), ResilienceWriter::breaker);
        part(own, "bulkhead", policy.get(Bulkhead.class), ResilienceWriter::bulkhead);
        part(own, "fallback", policy.get(Fallback.class), ResilienceWriter::fallback);
        part(own, "fault", policy.get(Reset.class), ResilienceWriter::fault);
        return own.getFieldsCount() == 0
                ? null
                : Metadata.newBuilder().putFilterMetadata(OURS, own.build()).build();
    }

    private static <P> void part(
            Struct.Builder own, String name, @Nullable P part, Function<P, Struct.Builder> fields) {
        if (part != null) {
            own.putFields(name, object(fields.apply(part)));
        }
    }

    /** For a cluster. */
    static Metadata of(ConnectBackoff backoff) {
        Struct.Builder fields = Struct.newBuilder();
        duration(fields, "base", backoff.base());
        duration(fields, "max", backoff.max());
        Struct own =
                Struct.newBuilder().putFields("connect_backoff", object(fields)).build();
        return Metadata.newBuilder().putFilterMetadata(OURS, own).build();
    }

    private static Struct.Builder breaker(Breaker breaker) {
        Struct.Builder fields = Struct.newBuilder();
        number(fields, "failure_ratio", breaker.failureRatio());
        number(fields, "slow_call_ratio", breaker.slowCallRatio());
        duration(fields, "slow_call", breaker.slowCall());
        duration(fields, "window", breaker.window());
        number(fields, "window_calls", breaker.windowCalls());
        number(fields, "minimum_calls", breaker.minimumCalls());
        duration(fields, "open", breaker.open());
        number(fields, "half_open_calls", breaker.halfOpenCalls());
        return fields;
    }

    private static Struct.Builder bulkhead(Bulkhead bulkhead) {
        Struct.Builder fields = Struct.newBuilder();
        number(fields, "max_calls", bulkhead.maxCalls());
        number(fields, "max_waiting", bulkhead.maxWaiting());
        duration(fields, "max_wait", bulkhead.maxWait());
        return fields;
    }

    private static Struct.Builder fallback(Fallback fallback) {
        Struct.Builder fields = Struct.newBuilder();
        number(fields, "status", fallback.status());
        fields.putFields("body", text(fallback.body()));
        headers(fields, fallback.headers());
        return fields;
    }

    private static Struct.Builder fault(Reset reset) {
        Struct.Builder fields = Struct.newBuilder();
        number(fields, "reset", reset.percent());
        headers(fields, reset.headers());
        return fields;
    }

    private static void headers(Struct.Builder fields, Map<String, String> headers) {
        if (!headers.isEmpty()) {
            Struct.Builder values = Struct.newBuilder();
            headers.forEach((name, value) -> values.putFields(name, text(value)));
            fields.putFields("headers", object(values));
        }
    }

    private static void number(Struct.Builder fields, String name, @Nullable Integer number) {
        if (number != null) {
            fields.putFields(name, Value.newBuilder().setNumberValue(number).build());
        }
    }

    private static void duration(Struct.Builder fields, String name, @Nullable Duration duration) {
        if (duration != null) {
            BigDecimal seconds = BigDecimal.valueOf(duration.getSeconds())
                    .add(BigDecimal.valueOf(duration.getNano(), 9))
                    .stripTrailingZeros();
            fields.putFields(name, text(seconds.toPlainString() + "s"));
        }
    }

    private static Value text(String text) {
        return Value.newBuilder().setStringValue(text).build();
    }

    private static Value object(Struct.Builder fields) {
        return Value.newBuilder().setStructValue(fields).build();
    }
}
