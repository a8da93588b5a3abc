package dev.weft.adapters.urlconnection;

import dev.weft.engine.adapt.Around;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Original;
import dev.weft.engine.adapt.Weave;
import dev.weft.engine.drive.Refused;
import java.net.HttpURLConnection;
import org.jspecify.annotations.Nullable;

/** Gives the application what it writes a body to: a buffer, for which nothing need be connected yet; or,
 * where it streams, the connection of a call that is begun here. */
@Weave(type = "sun.net.www.protocol.http.HttpURLConnection", method = "getOutputStream", args = 0, opens = Opens.ALL)
public final class OutputHook implements Around {
    private final Mesh mesh;

    public OutputHook(Mesh mesh) {
        this.mesh = mesh;
    }

    @Override
    public boolean wants(Object self, @Nullable Object[] args) {
        return Connections.untouched(self)
                && !Connections.streamed(self)
                && UrlRequest.routed(mesh, ((HttpURLConnection) self).getURL());
    }

    @Override
    public @Nullable Object around(Object self, @Nullable Object[] args, Original original) throws Throwable {
        var connection = (HttpURLConnection) self;
        if (!Connections.streaming(self)) {
            return Connections.whileUnconnected(self, Clients.NOBODY, () -> original.call(self));
        }
        if (!connection.getDoOutput() || Proxies.chosen(connection)) {
            return original.call(self);
        }
        Connections.beginOutput(connection);
        try {
            return Commit.run(mesh, new Call(connection), () -> original.call(self));
        } catch (Refused | VirtualMachineError asItIs) {
            throw asItIs;
        } catch (Throwable thrown) {
            // What fails to connect did not come out of the woven method; the site would take it for our bug.
            throw new Refused(thrown);
        }
    }
}
