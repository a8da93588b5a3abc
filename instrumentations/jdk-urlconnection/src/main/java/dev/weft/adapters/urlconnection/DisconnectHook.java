package dev.weft.adapters.urlconnection;

import dev.weft.engine.adapt.Around;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Original;
import dev.weft.engine.adapt.Weave;
import org.jspecify.annotations.Nullable;

/** Learns that the application gives a call up: to the library it would look like a peer that broke off, and
 * to the mesh like something to try again. */
@Weave(type = "sun.net.www.protocol.http.HttpURLConnection", method = "disconnect", args = 0, opens = Opens.ALL)
public final class DisconnectHook implements Around {
    public DisconnectHook(Mesh mesh) {}

    @Override
    public boolean wants(Object self, @Nullable Object[] args) {
        return Call.of(self) != null;
    }

    @Override
    public @Nullable Object around(Object self, @Nullable Object[] args, Original original) throws Throwable {
        Call call = Call.of(self);
        if (call != null) {
            call.giveUp();
        }
        return original.call(self);
    }
}
