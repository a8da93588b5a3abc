package dev.weft.adapters.leaving;

import dev.weft.engine.adapt.After;
import dev.weft.engine.adapt.Leaver;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Weave;
import org.jspecify.annotations.Nullable;

/** Fails to leave. */
@Weave(type = "sample.Phone", method = "number")
final class Clumsy implements After, Leaver {
    Clumsy(Mesh mesh) {}

    @Override
    public @Nullable Object after(@Nullable Object self, @Nullable Object[] args, @Nullable Object result) {
        return result + "!";
    }

    @Override
    public void leave() {
        throw new IllegalStateException("stumbles");
    }
}
