package dev.weft.adapters.urlconnection;

import dev.weft.engine.adapt.Around;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Original;
import dev.weft.engine.adapt.Weave;
import dev.weft.engine.drive.Refused;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Refuses the library's own second try when a request can't be written: it would go to the logical name,
 * past the mesh. Whether there is another one, the mesh decides. */
@Weave(
        type = "sun.net.www.protocol.http.HttpURLConnection",
        method = "setNewClient",
        args = 2,
        opens = {
            Opens.CONNECTION,
            Opens.DELEGATE,
            Opens.CLIENT,
            Opens.HEADER,
            Opens.NETWORK,
            Opens.NET,
            Opens.POLL,
            Opens.TLS
        })
@Weave(
        type = "sun.net.www.protocol.https.AbstractDelegateHttpsURLConnection",
        method = "setNewClient",
        args = 2,
        opens = {
            Opens.CONNECTION,
            Opens.DELEGATE,
            Opens.CLIENT,
            Opens.HEADER,
            Opens.NETWORK,
            Opens.NET,
            Opens.POLL,
            Opens.TLS
        })
public final class NewClientHook implements Around {
    public NewClientHook(Mesh mesh) {}

    @Override
    public boolean wants(Object self, @Nullable Object[] args) {
        return Sending.current() != null && Call.of(self) != null;
    }

    @Override
    public @Nullable Object around(Object self, @Nullable Object[] args, Original original) throws Throwable {
        throw new Refused(new IOException("Error writing to server"));
    }
}
