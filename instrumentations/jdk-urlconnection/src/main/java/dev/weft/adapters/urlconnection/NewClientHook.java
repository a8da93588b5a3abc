package dev.weft.adapters.urlconnection;

import dev.weft.engine.adapt.Around;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Original;
import dev.weft.engine.adapt.Weave;
import dev.weft.engine.drive.Refused;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Where the library tries a second time because a request can't be written: that would go to the logical name, past
 * the mesh. What was lost on a kept connection goes to the place of its attempt; about the rest the mesh decides.
 */
@Weave(type = "sun.net.www.protocol.http.HttpURLConnection", method = "setNewClient", args = 2, opens = Opens.ALL)
@Weave(
        type = "sun.net.www.protocol.https.AbstractDelegateHttpsURLConnection",
        method = "setNewClient",
        args = 2,
        opens = Opens.ALL)
public final class NewClientHook implements Around {
    public NewClientHook(Mesh mesh) {}

    @Override
    public boolean wants(Object self, @Nullable Object[] args) {
        return Sending.current() != null && Call.of(self) != null;
    }

    @Override
    public @Nullable Object around(Object self, @Nullable Object[] args, Original original) throws Throwable {
        Sending sending = Sending.current();
        Call call = Call.of(self);
        if (sending == null || call == null || !sending.mayGoTwice()) {
            throw new Refused(new IOException("Error writing to server"));
        }
        try {
            call.connectAgain(sending);
        } catch (IOException failed) {
            throw new Refused(failed);
        }
        return null;
    }
}
