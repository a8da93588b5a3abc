package dev.weft.engine.balance;

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

    /**
     * The endpoint of the call's session (Envoy: {@code stateful_session}), by its address as Envoy writes it;
     * chosen by a first attempt while it may be used.
     */
    default @Nullable String wished() {
        return null;
    }

    /** Whether the endpoint of the session is the only one that will do. */
    default boolean strict() {
        return false;
    }

    /** The labels that the endpoint must have (Envoy: {@code metadata_match}); equal for equal routes. */
    default Map<String, String> labels() {
        return Map.of();
    }

    /** The same call, for endpoints with these labels. */
    default PickContext labelled(Map<String, String> labels) {
        return labels.isEmpty() ? this : new Wishes(this, labels, wished(), strict());
    }

    /** The same call as one of a session. */
    default PickContext keeping(String endpoint, boolean strictly) {
        return new Wishes(this, labels(), endpoint, strictly);
    }
}
