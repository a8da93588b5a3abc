package dev.weft.adapters.httpclient4;

import dev.weft.engine.adapt.Around;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Original;
import dev.weft.engine.adapt.Weave;
import java.net.URI;
import org.apache.http.client.methods.HttpUriRequest;
import org.apache.http.client.protocol.HttpClientContext;
import org.apache.http.protocol.HTTP;
import org.jspecify.annotations.Nullable;

/** Where a call of a minimal client, which has no chain, no redirects and no proxies, becomes a call. */
@Weave(type = "org.apache.http.impl.execchain.MinimalClientExec", method = "execute", args = 4)
public final class MinimalExecHook implements Around {
    private final Mesh mesh;
    private final Aims aims = new Aims();

    public MinimalExecHook(Mesh mesh) {
        this.mesh = mesh;
    }

    @Override
    public boolean wants(Object self, @Nullable Object[] args) {
        return Hop.wants(mesh, args);
    }

    @Override
    public @Nullable Object around(Object self, @Nullable Object[] args, Original original) throws Throwable {
        Hop hop = Hop.of(self, args, original);
        return mesh.blocking().run(new Exchange(mesh, hop, aims, sending -> send(sending, hop, original)));
    }

    /** This link connects to the very route it is given, and takes the name it asks for from there too. */
    private static @Nullable Object send(Sending sending, Hop hop, Original original) throws Throwable {
        if (!namesItsHost(hop) && !hop.request().containsHeader(HTTP.TARGET_HOST)) {
            hop.request()
                    .setHeader(HTTP.TARGET_HOST, hop.route().getTargetHost().toHostString());
        }
        sending.depart(hop.request());
        try {
            return original.call(hop.link(), sending.aim().route(), hop.request(), hop.context(), sending.stop());
        } finally {
            hop.context().setAttribute(HttpClientContext.HTTP_ROUTE, hop.route());
        }
    }

    private static boolean namesItsHost(Hop hop) {
        URI uri = hop.request().getOriginal() instanceof HttpUriRequest original ? original.getURI() : null;
        return uri != null && uri.isAbsolute();
    }
}
