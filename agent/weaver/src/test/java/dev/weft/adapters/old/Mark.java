package dev.weft.adapters.old;

import dev.weft.engine.adapt.Around;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Original;
import dev.weft.engine.adapt.Weave;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Adds 100 to what the method returns. */
@Weave(type = "sample.WithFrames", method = "sign")
@Weave(type = "sample.WithoutFrames", method = "sign")
@Weave(type = "sample.WithoutAny", method = "sign")
@Weave(type = "sample.TooOld", method = "sign")
@Weave(type = "sample.Straight", method = "sign")
final class Mark implements Around {
    Mark(Mesh mesh) {}

    @Override
    public boolean wants(Object self, @Nullable Object[] args) {
        return true;
    }

    @Override
    public @Nullable Object around(Object self, @Nullable Object[] args, Original original) throws Throwable {
        return 100 + (Integer) Objects.requireNonNull(original.call(self, args));
    }
}
