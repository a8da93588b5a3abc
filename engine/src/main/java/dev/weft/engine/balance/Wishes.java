package dev.weft.engine.balance;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A call that wishes more of its endpoint than a hash says. */
record Wishes(
        PickContext call,
        Map<String, String> labels,
        @Nullable String wished,
        boolean strict) implements PickContext {
    @Override
    public boolean hashed() {
        return call.hashed();
    }

    @Override
    public long hash() {
        return call.hash();
    }
}
