package dev.weft.adapters.okhttp;

import dev.weft.engine.adapt.Before;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Weave;
import org.jspecify.annotations.Nullable;

/** Where the library says what an address is to it: the one of an attempt is aimed at its endpoint. */
@Weave(type = "okhttp3.Address", method = "<init>", args = 12)
public final class AddressHook implements Before {
    public AddressHook(Mesh mesh) {}

    @Override
    public void before(@Nullable Object self, @Nullable Object[] args) {
        Sending sending = Sending.current();
        if (sending != null && sending.takesAim()) {
            sending.aim().at(args);
        }
    }
}
