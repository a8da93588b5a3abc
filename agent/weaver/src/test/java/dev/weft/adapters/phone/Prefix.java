package dev.weft.adapters.phone;

import dev.weft.engine.adapt.Before;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Weave;
import org.jspecify.annotations.Nullable;

/** Changes arguments, also before {@code super()} of a constructor. */
@Weave(type = "sample.Phone", method = "<init>", desc = "(Ljava/lang/String;JD)V")
@Weave(type = "sample.Phone", method = "hangUp")
@Weave(type = "sample.Phone", method = "free")
@Weave(type = "sample.Phone", method = "minutes")
final class Prefix implements Before {
    Prefix(Mesh mesh) {}

    @Override
    public void before(@Nullable Object self, @Nullable Object[] args) {
        for (int i = 0; i < args.length; i++) {
            if ("wrong type".equals(args[i])) {
                args[i] = 1;
            } else if (args[i] instanceof String text) {
                args[i] = text + "'";
            } else if (args[i] instanceof Long number) {
                args[i] = number + 48;
            } else if (args[i] instanceof Integer number) {
                args[i] = number + 1;
            }
        }
    }
}
