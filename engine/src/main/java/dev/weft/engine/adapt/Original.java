package dev.weft.engine.adapt;

import org.jspecify.annotations.Nullable;

/** The woven method's own body. */
@FunctionalInterface
public interface Original {
    /** Runs it on this object with these arguments, never re-entering the hook. */
    @Nullable
    Object call(Object self, @Nullable Object... args) throws Throwable;
}
