package dev.weft.agent.log.jul;

/**
 * Stands for {@code sun.misc.Unsafe}: has none of its members. Libraries look for it by reflection
 * and take their safe paths when they don't find it.
 */
public final class NoUnsafe {
    private NoUnsafe() {}
}
