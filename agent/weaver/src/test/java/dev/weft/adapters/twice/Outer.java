package dev.weft.adapters.twice;

import dev.weft.engine.adapt.Around;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Original;
import dev.weft.engine.adapt.Weave;
import org.jspecify.annotations.Nullable;

/** Calls the original twice. */
@Weave(type = "sample.Phone", method = "call")
final class Outer implements Around {
    Outer(Mesh mesh) {}

    @Override
    public boolean wants(Object self, @Nullable Object[] args) {
        return true;
    }

    @Override
    public @Nullable Object around(Object self, @Nullable Object[] args, Original original) throws Throwable {
        return "Outer(" + original.call(self, args) + original.call(self, args) + ")";
    }
}
