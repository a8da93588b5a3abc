package dev.weft.control.registry;

import org.jspecify.annotations.Nullable;

/**
 * What a rule says of one instance.
 *
 * @param check by which its state is found out; null for one that is taken as it is declared
 */
public record Declaration(Instance instance, @Nullable HealthCheck check) {}
