package dev.weft.adapters.phone;

import dev.weft.engine.adapt.After;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Weave;
import org.jspecify.annotations.Nullable;
import sample.Phone;

/** Changes results; sees constructed objects. */
@Weave(type = "sample.Phone", method = "number")
@Weave(type = "sample.Phone", method = "minutes")
@Weave(type = "sample.Phone", method = "free")
@Weave(type = "sample.Phone", method = "<init>", args = 1)
@Weave(type = "sample.Phone", method = "transfer")
@Weave(type = "sample.Phone", method = "absent")
@Weave(type = "sample.Phone", method = "missed", optional = true)
final class Suffix implements After {
    Suffix(Mesh mesh) {}

    @Override
    public @Nullable Object after(@Nullable Object self, @Nullable Object[] args, @Nullable Object result) {
        if (result == null && self instanceof Phone phone) {
            phone.dialled.add("made with " + args[0]);
            return null;
        }
        return result instanceof Long minutes
                ? (Object) (minutes + 1000)
                : result instanceof Boolean ? true : result + "!";
    }
}
