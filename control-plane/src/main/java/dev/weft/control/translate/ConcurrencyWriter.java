package dev.weft.control.translate;

import com.google.protobuf.BoolValue;
import dev.weft.control.rule.Resilience;
import dev.weft.control.rule.Resilience.MinRtt;
import io.envoyproxy.envoy.config.core.v3.RuntimeDouble;
import io.envoyproxy.envoy.config.core.v3.RuntimeFeatureFlag;
import io.envoyproxy.envoy.config.core.v3.RuntimePercent;
import io.envoyproxy.envoy.config.core.v3.RuntimeUInt32;
import io.envoyproxy.envoy.extensions.filters.http.adaptive_concurrency.v3.AdaptiveConcurrency;
import io.envoyproxy.envoy.extensions.filters.http.adaptive_concurrency.v3.GradientControllerConfig;
import io.envoyproxy.envoy.extensions.filters.http.adaptive_concurrency.v3.GradientControllerConfig.ConcurrencyLimitCalculationParams;
import io.envoyproxy.envoy.extensions.filters.http.adaptive_concurrency.v3.GradientControllerConfig.MinimumRTTCalculationParams;
import io.envoyproxy.envoy.extensions.filters.http.admission_control.v3.AdmissionControl;
import io.envoyproxy.envoy.extensions.filters.http.admission_control.v3.AdmissionControl.SuccessCriteria;
import io.envoyproxy.envoy.extensions.filters.http.admission_control.v3.AdmissionControl.SuccessCriteria.HttpCriteria;
import io.envoyproxy.envoy.type.v3.HttpStatus;
import io.envoyproxy.envoy.type.v3.Int32Range;
import io.envoyproxy.envoy.type.v3.Percent;

/** Limits that find themselves: by latency, and by how many calls succeed. */
final class ConcurrencyWriter {
    /** Envoy counts filters of this kind as in force where nothing is said. */
    private static final RuntimeFeatureFlag OFF =
            RuntimeFeatureFlag.newBuilder().setDefaultValue(BoolValue.of(false)).build();

    /** Whose limits are Envoy's, and limit nobody. */
    static final AdaptiveConcurrency NO_LIMIT = AdaptiveConcurrency.newBuilder()
            .setEnabled(OFF)
            .setGradientControllerConfig(GradientControllerConfig.newBuilder()
                    .setConcurrencyLimitParams(limits(1_000, java.time.Duration.ofMillis(100)))
                    .setMinRttCalcParams(measured(MinRtt.MEASURED)))
            .build();

    static final AdmissionControl ALL_ADMITTED = AdmissionControl.newBuilder()
            .setEnabled(OFF)
            .setSuccessCriteria(SuccessCriteria.newBuilder()
                    .setHttpCriteria(HttpCriteria.newBuilder().addHttpSuccessStatus(range(100, 499))))
            .build();

    private ConcurrencyWriter() {}

    static AdaptiveConcurrency of(Resilience.AdaptiveConcurrency rule) {
        GradientControllerConfig gradient = GradientControllerConfig.newBuilder()
                .setSampleAggregatePercentile(percent(rule.percentile()))
                .setConcurrencyLimitParams(limits(rule.maxCalls(), rule.update()))
                .setMinRttCalcParams(measured(rule.minRtt())
                        .setMinConcurrency(Wire.number(rule.minCalls()))
                        .setBuffer(percent(rule.buffer())))
                .build();
        return AdaptiveConcurrency.newBuilder()
                .setGradientControllerConfig(gradient)
                .setConcurrencyLimitExceededStatus(HttpStatus.newBuilder().setCodeValue(rule.status()))
                .build();
    }

    private static ConcurrencyLimitCalculationParams.Builder limits(int most, java.time.Duration update) {
        return ConcurrencyLimitCalculationParams.newBuilder()
                .setMaxConcurrencyLimit(Wire.number(most))
                .setConcurrencyUpdateInterval(Wire.duration(update));
    }

    private static MinimumRTTCalculationParams.Builder measured(MinRtt rtt) {
        MinimumRTTCalculationParams.Builder params = MinimumRTTCalculationParams.newBuilder();
        return rtt.fixed() != null
                ? params.setFixedValue(Wire.duration(rtt.fixed()))
                : params.setInterval(Wire.duration(rtt.interval()))
                        .setRequestCount(Wire.number(rtt.calls()))
                        .setJitter(percent(rtt.jitter()));
    }

    static AdmissionControl of(Resilience.AdmissionControl rule) {
        HttpCriteria.Builder success = HttpCriteria.newBuilder();
        rule.success().forEach(range -> success.addHttpSuccessStatus(range(range.from(), range.to())));
        return AdmissionControl.newBuilder()
                .setSuccessCriteria(SuccessCriteria.newBuilder().setHttpCriteria(success))
                .setSamplingWindow(Wire.duration(rule.window()))
                .setAggression(RuntimeDouble.newBuilder().setDefaultValue(rule.aggression()))
                .setSrThreshold(RuntimePercent.newBuilder().setDefaultValue(percent(rule.threshold())))
                .setRpsThreshold(RuntimeUInt32.newBuilder().setDefaultValue(rule.minRate()))
                .setMaxRejectionProbability(RuntimePercent.newBuilder().setDefaultValue(percent(rule.maxRejection())))
                .build();
    }

    /** @param to the last one; Envoy's ends before its end */
    private static Int32Range range(int from, int to) {
        return Int32Range.newBuilder().setStart(from).setEnd(to + 1).build();
    }

    private static Percent percent(int percent) {
        return Percent.newBuilder().setValue(percent).build();
    }
}
