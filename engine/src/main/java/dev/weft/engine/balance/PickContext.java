package dev.weft.engine.balance;

import java.net.InetSocketAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a call brings along for the choice of its endpoint; asked only where an algorithm needs it. */
public interface PickContext {
    /** A call that wishes nothing. */
    PickContext NONE = new PickContext() {};

    /** Whether a rule of the route gave the call a hash. */
    default boolean hashed() {
        return false;
    }

    /** The hash of the call, by which ring hash and Maglev choose; of no meaning where there is none. */
    default long hash() {
        return 0;
    }

    /** The endpoint of the call's session (Envoy: {@code stateful_session}), chosen while it may be used. */
    default @Nullable InetSocketAddress wished() {
        return null;
    }

    /** The labels that the endpoint must have (Envoy: {@code metadata_match}); equal for equal routes. */
    default Map<String, String> labels() {
        return Map.of();
    }
}
