package dev.weft.control.registry;

import java.time.Duration;

/**
 * How long what has gone silent is kept.
 *
 * @param lostStream an instance whose stream ended without a word
 * @param restored an instance known from before this process started
 * @param emptyService a service without instances: its name stays in the mesh
 */
public record Graces(Duration lostStream, Duration restored, Duration emptyService) {
    public static final Graces DEFAULT =
            new Graces(Duration.ofSeconds(7), Duration.ofSeconds(60), Duration.ofMinutes(10));
}
