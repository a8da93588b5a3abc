package dev.weft.proxy.health;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One way to find out how the application is. */
interface Asking {
    /**
     * Begins to ask; called on the event loop, does not block.
     *
     * @param over once, on the event loop, when nothing of it is left: why the application is not well, or null when it
     *     is
     * @return ends it early; {@code over} is told then too
     */
    Runnable begin(Consumer<@Nullable String> over);

    /** Waits a little until nothing is left of what was ended. */
    default void close() {}
}
