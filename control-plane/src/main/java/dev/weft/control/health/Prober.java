package dev.weft.control.health;

import dev.weft.control.registry.HealthCheck;
import dev.weft.control.registry.Instance;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tries an instance once. */
public interface Prober {
    /**
     * Begins to try; does not block.
     *
     * @param told once, on any thread, within the check's timeout or, where many are tried, after the
     *     wait for a turn: why it failed, or null when it is well
     */
    void probe(Instance.Key instance, HealthCheck check, Consumer<@Nullable String> told);
}
