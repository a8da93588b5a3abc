package dev.weft.adapters.urlconnection;

import dev.weft.engine.adapt.Before;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Weave;
import java.net.HttpURLConnection;
import org.jspecify.annotations.Nullable;

/**
 * Where the library waits for an answer, and sends the request again by itself when none comes. It may have connected
 * anew since the attempt began, to answer a challenge or to follow a redirect.
 */
@Weave(type = "sun.net.www.http.HttpClient", method = "parseHTTP", opens = Opens.ALL)
public final class OnceHook implements Before {
    public OnceHook(Mesh mesh) {}

    @Override
    public void before(@Nullable Object self, @Nullable Object[] args) {
        if (self != null
                && args[args.length - 1] instanceof HttpURLConnection asking
                && !UrlRequest.idempotent(asking.getRequestMethod())
                && Sending.current() != null
                && Clients.mark(self) != null) {
            Clients.sendOnce(self);
        }
    }
}
