package dev.weft.engine.adapt;

import org.jspecify.annotations.Nullable;

/** A hook before a method or constructor body. Created like {@link Around}. */
public interface Before {
    /**
     * May replace arguments in place.
     *
     * @param self null in a static method, and in a constructor, where it is not yet initialised
     */
    void before(@Nullable Object self, @Nullable Object[] args) throws Throwable;
}
