package dev.weft.control.registry;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Finds out whether anybody is at home. */
public interface Knock {
    /**
     * @param told why nobody is; null when somebody is. On any thread
     */
    void at(Instance.Key key, Consumer<@Nullable String> told);
}
