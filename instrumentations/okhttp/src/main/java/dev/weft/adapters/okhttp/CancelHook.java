package dev.weft.adapters.okhttp;

import dev.weft.engine.adapt.Before;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Weave;
import org.jspecify.annotations.Nullable;

/** Where a call is cancelled, by the application or because its time is over: nothing is begun any more. */
@Weave(type = "okhttp3.internal.connection.Transmitter", method = "cancel", args = 0)
@Weave(type = "okhttp3.internal.connection.RealCall", method = "cancel", args = 0)
public final class CancelHook implements Before {
    public CancelHook(Mesh mesh) {}

    @Override
    public void before(@Nullable Object self, @Nullable Object[] args) {
        if (self != null) {
            Hop.cancelling(self);
        }
    }
}
