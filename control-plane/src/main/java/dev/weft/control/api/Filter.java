package dev.weft.control.api;

import dev.weft.control.registry.Instance;
import dev.weft.control.registry.Service;
import dev.weft.control.registry.State;
import org.jspecify.annotations.Nullable;

/** Which services and instances somebody wants to see; null for all. */
record Filter(
        @Nullable String namespace,
        @Nullable String service,
        @Nullable State state) {

    static Filter of(Call call) throws ProblemException {
        String state = call.parameter("state");
        try {
            return new Filter(
                    call.parameter("namespace"),
                    call.parameter("service"),
                    state == null ? null : State.valueOf(state));
        } catch (IllegalArgumentException e) {
            throw new ProblemException(400, "parameter state must be STARTING, UP, DRAINING or DOWN");
        }
    }

    boolean takes(Service found) {
        return (namespace == null || namespace.equals(found.namespace()))
                && (service == null || service.equals(found.name()));
    }

    boolean takes(Instance found) {
        return state == null || state == found.state();
    }
}
