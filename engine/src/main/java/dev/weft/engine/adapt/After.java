package dev.weft.engine.adapt;

import org.jspecify.annotations.Nullable;

/** A hook before each normal return of a method or constructor. Created like {@link Around}. */
public interface After {
    /**
     * Returns what the method returns: {@code result}, or something of its type instead.
     *
     * @param self null in a static method
     * @param result null for void methods and constructors, whose return value is ignored
     */
    @Nullable
    Object after(@Nullable Object self, @Nullable Object[] args, @Nullable Object result) throws Throwable;
}
