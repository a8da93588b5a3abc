package dev.weft.adapters.urlconnection;

import dev.weft.engine.adapt.Around;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Original;
import dev.weft.engine.adapt.Weave;
import org.jspecify.annotations.Nullable;

/** Finds an idle connection of the mesh that is to be closed, where {@link KeepHook} has put it. */
@Weave(type = "sun.net.www.http.HttpClient", method = "closeIdleConnection", args = 0, opens = Opens.ALL)
@Weave(type = "sun.net.www.protocol.https.HttpsClient", method = "closeIdleConnection", args = 0, opens = Opens.ALL)
public final class IdleHook implements Around {
    public IdleHook(Mesh mesh) {}

    @Override
    public boolean wants(Object self, @Nullable Object[] args) {
        return Clients.mark(self) instanceof Place;
    }

    @Override
    public @Nullable Object around(Object self, @Nullable Object[] args, Original original) throws Throwable {
        if (!(Clients.mark(self) instanceof Place place)) {
            return original.call(self);
        }
        var looking = new Sending(Clients.url(self), null, place);
        Sending before = looking.enter();
        try {
            return original.call(self);
        } finally {
            looking.leave(before);
        }
    }
}
