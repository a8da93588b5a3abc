package dev.weft.control.registry;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An instance as it is shown to people.
 *
 * @param instance as callers see it
 * @param own as it says of itself
 * @param lease null when an agent's stream or a rule keeps it
 * @param check by which its state is found out; null when it says it itself
 * @param isDeclared a rule keeps it
 * @param isHere this replica hears of it; else another one does
 */
public record Entry(
        Instance instance,
        Instance own,
        Overlay overlay,
        @Nullable Term lease,
        @Nullable HealthCheck check,
        boolean isDeclared,
        boolean isHere) {

    /**
     * A lease with an end.
     *
     * @param left until it ends unless it is renewed; not below zero
     * @param isHeld it has ended, and the instance is kept because too many ended at once
     */
    public record Term(Duration ttl, Duration left, boolean isHeld) {}
}
