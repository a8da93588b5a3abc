package dev.weft.adapters.broken;

import dev.weft.engine.adapt.After;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Weave;
import org.jspecify.annotations.Nullable;

/** Its constructor fails. */
@Weave(type = "sample.Phone", method = "number")
final class Unmakeable implements After {
    Unmakeable(Mesh mesh) {
        throw new ExceptionInInitializerError("can't be made");
    }

    @Override
    public @Nullable Object after(@Nullable Object self, @Nullable Object[] args, @Nullable Object result) {
        return "not reached";
    }
}
