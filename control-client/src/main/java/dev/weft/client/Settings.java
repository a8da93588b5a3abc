package dev.weft.client;

import dev.weft.client.bootstrap.Target;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How the client is set up.
 *
 * @param state directory of the last-known-good configuration; null to keep none
 */
public record Settings(Target controlPlane, @Nullable Path state) {}
