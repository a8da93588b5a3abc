package dev.weft.adapters.okhttp;

import dev.weft.engine.adapt.Around;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Original;
import dev.weft.engine.adapt.Weave;
import okhttp3.Route;
import org.jspecify.annotations.Nullable;

/**
 * Where the library remembers, for as long as a client lives, that it could not connect. For an attempt of
 * the mesh it has no other way to prefer, so all that it would do is to keep an endpoint that is gone.
 */
@Weave(type = "okhttp3.internal.connection.RouteDatabase", method = "failed", args = 1)
public final class FailedRouteHook implements Around {
    public FailedRouteHook(Mesh mesh) {}

    @Override
    public boolean wants(Object self, @Nullable Object[] args) {
        return args[0] instanceof Route route && route.address().dns() instanceof Aim;
    }

    @Override
    public @Nullable Object around(Object self, @Nullable Object[] args, Original original) {
        return null;
    }
}
