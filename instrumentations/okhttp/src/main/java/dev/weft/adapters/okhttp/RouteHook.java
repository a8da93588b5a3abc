package dev.weft.adapters.okhttp;

import dev.weft.engine.adapt.Before;
import dev.weft.engine.adapt.Leaver;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Weave;
import okhttp3.Address;
import org.jspecify.annotations.Nullable;

/**
 * Where an address meets the socket that it is connected to: there the port is the endpoint's too. It is
 * where each connection begins, so whoever leaves knows from here where ours are kept.
 */
@Weave(type = "okhttp3.Route", method = "<init>")
public final class RouteHook implements Before, Leaver {
    private final Pools pools = new Pools();

    public RouteHook(Mesh mesh) {}

    @Override
    public void before(@Nullable Object self, @Nullable Object[] args) {
        if (args.length > 2 && args[0] instanceof Address address && address.dns() instanceof Aim aim) {
            args[2] = aim.endpoint();
            Sending sending = Sending.current();
            if (sending != null) {
                pools.add(sending.client().connectionPool());
            }
        }
    }

    @Override
    public void leave() {
        pools.empty();
    }
}
