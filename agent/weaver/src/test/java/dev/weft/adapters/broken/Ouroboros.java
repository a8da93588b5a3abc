package dev.weft.adapters.broken;

import dev.weft.engine.adapt.Before;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Weave;
import org.jspecify.annotations.Nullable;
import sample.Phone;

/** Uses, while it is made, the very method that it is woven into. */
@Weave(type = "sample.Phone", method = "hangUp")
final class Ouroboros implements Before {
    private final int seen;

    Ouroboros(Mesh mesh) {
        Phone own = new Phone("1");
        own.hangUp("while linking");
        seen = own.dialled.size();
    }

    @Override
    public void before(@Nullable Object self, @Nullable Object[] args) {
        args[0] = args[0] + " " + seen;
    }
}
