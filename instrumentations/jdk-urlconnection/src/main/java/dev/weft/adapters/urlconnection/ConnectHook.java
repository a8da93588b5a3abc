package dev.weft.adapters.urlconnection;

import dev.weft.engine.adapt.Around;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Original;
import dev.weft.engine.adapt.Weave;
import java.net.HttpURLConnection;
import org.jspecify.annotations.Nullable;

/** Puts off what the application asks for with {@code connect()}: an endpoint is chosen when there is a
 * request for it, and another one while that is possible. Like a side-car, the mesh accepts at once. */
@Weave(type = "sun.net.www.protocol.http.HttpURLConnection", method = "connect", args = 0, opens = Opens.ALL)
@Weave(
        type = "sun.net.www.protocol.https.AbstractDelegateHttpsURLConnection",
        method = "connect",
        args = 0,
        opens = Opens.ALL)
public final class ConnectHook implements Around {
    private final Mesh mesh;

    public ConnectHook(Mesh mesh) {
        this.mesh = mesh;
    }

    @Override
    public boolean wants(Object self, @Nullable Object[] args) {
        return Connections.untouched(self)
                && UrlRequest.routed(mesh, ((HttpURLConnection) self).getURL())
                && Sending.current() == null;
    }

    @Override
    public @Nullable Object around(Object self, @Nullable Object[] args, Original original) throws Throwable {
        Connections.connecting(self);
        return null;
    }
}
