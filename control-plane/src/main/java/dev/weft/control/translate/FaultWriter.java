package dev.weft.control.translate;

import com.google.protobuf.Any;
import dev.weft.control.rule.Fault;
import io.envoyproxy.envoy.extensions.filters.common.fault.v3.FaultDelay;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.FaultAbort;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.HTTPFault;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.type.v3.FractionalPercent;
import io.envoyproxy.envoy.type.v3.FractionalPercent.DenominatorType;

/** Injected faults, as the filter that routes configure. */
final class FaultWriter {
    static final String NAME = "envoy.filters.http.fault";

    /** Stands in every chain and does nothing where no route says so; as in istiod's. */
    static final HttpFilter FILTER = HttpFilter.newBuilder()
            .setName(NAME)
            .setTypedConfig(Any.pack(HTTPFault.getDefaultInstance()))
            .build();

    private FaultWriter() {}

    static Any of(Fault fault) {
        HTTPFault.Builder http = HTTPFault.newBuilder();
        Fault.Delay delay = fault.delay();
        if (delay != null) {
            http.setDelay(FaultDelay.newBuilder()
                    .setFixedDelay(Wire.duration(delay.fixed()))
                    .setPercentage(share(delay.perMillion())));
        }
        Fault.Abort abort = fault.abort();
        if (abort != null) {
            FaultAbort.Builder answer = FaultAbort.newBuilder().setPercentage(share(abort.perMillion()));
            if (abort.httpStatus() > 0) {
                answer.setHttpStatus(abort.httpStatus());
            } else {
                answer.setGrpcStatus(abort.grpcStatus());
            }
            http.setAbort(answer);
        }
        return Any.pack(http.build());
    }

    private static FractionalPercent share(int perMillion) {
        return FractionalPercent.newBuilder()
                .setNumerator(perMillion)
                .setDenominator(DenominatorType.MILLION)
                .build();
    }
}
