package dev.weft.adapters.urlconnection;

import dev.weft.engine.adapt.Around;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Original;
import dev.weft.engine.adapt.Weave;
import dev.weft.engine.drive.Refused;
import java.net.URL;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Leads a redirect to another place out of the attempt, so that the new place is looked up: the library
 * turns the connection object to it, connects to nothing, and {@link AnswerHook} makes the next call. One to
 * the same place stays at the endpoint of its attempt. */
@Weave(type = "sun.net.www.protocol.http.HttpURLConnection", method = "followRedirect0", args = 3, opens = Opens.ALL)
public final class RedirectHook implements Around {
    private static final int USE_PROXY = 305;

    public RedirectHook(Mesh mesh) {}

    @Override
    public boolean wants(Object self, @Nullable Object[] args) {
        return Sending.current() != null
                && args[2] instanceof URL
                && Call.of(self) != null
                && !Integer.valueOf(USE_PROXY).equals(args[1]);
    }

    @Override
    public @Nullable Object around(Object self, @Nullable Object[] args, Original original) throws Throwable {
        Sending sending = Objects.requireNonNull(Sending.current());
        URL to = (URL) Objects.requireNonNull(args[2]);
        if (sending.place(to) != null) {
            sending.answered(); // before it connects again: what was asked for is done, whatever becomes of the rest
            return original.call(self, args);
        }
        int status = (Integer) Objects.requireNonNull(args[1]);
        Object headers = Connections.responses(self);
        Object nobody = Clients.unconnected(to);
        Connections.whileUnconnected(self, nobody, () -> {
            Object followed = original.call(self, args);
            Connections.cookies(self);
            return followed;
        });
        throw new Refused(new Onward(status, headers));
    }
}
