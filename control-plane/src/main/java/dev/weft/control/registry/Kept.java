package dev.weft.control.registry;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An instance as it outlives the process.
 *
 * @param own what it says of itself
 * @param ttl of its lease; null for one that an agent's stream or a rule keeps
 * @param check by which its state is found out; null when it says it itself
 * @param isDeclared a rule keeps it
 */
public record Kept(
        Instance own,
        Overlay overlay,
        @Nullable Duration ttl,
        @Nullable HealthCheck check,
        boolean isDeclared) {}
