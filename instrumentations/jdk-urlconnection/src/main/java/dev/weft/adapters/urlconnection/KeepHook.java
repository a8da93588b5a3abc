package dev.weft.adapters.urlconnection;

import dev.weft.engine.adapt.Before;
import dev.weft.engine.adapt.Leaver;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Weave;
import java.net.URL;
import org.jspecify.annotations.Nullable;

/** Keeps connections of the mesh apart by {@link Place}: in a part of the key that is null for plain
 * connections, and the application's socket factory for TLS, whose number the place has in it. */
@Weave(type = "sun.net.www.http.KeepAliveCache", method = "get", args = 2, opens = Opens.ALL)
@Weave(type = "sun.net.www.http.KeepAliveCache", method = "put", args = 3, opens = Opens.ALL)
public final class KeepHook implements Before, Leaver {
    /** Of the arguments, in both methods. */
    private static final int PART = 1;

    public KeepHook(Mesh mesh) {}

    @Override
    public void before(@Nullable Object self, @Nullable Object[] args) {
        boolean puts = args.length > 2;
        Place place = puts ? kept(args[2]) : wanted(args[0]);
        if (place != null) {
            args[PART] = place;
            if (puts) {
                place.keeps();
            }
        }
    }

    private static @Nullable Place wanted(@Nullable Object url) {
        Sending sending = Sending.current();
        return sending != null && url instanceof URL of ? sending.place(of) : null;
    }

    private static @Nullable Place kept(@Nullable Object client) {
        return client != null && Clients.mark(client) instanceof Place place ? place : null;
    }

    /** Nobody asks for them any more: without us the library looks under other keys. */
    @Override
    public void leave() {
        Pool.emptyOfOurs();
    }
}
