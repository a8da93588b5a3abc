package dev.weft.adapters.httpclient5;

import dev.weft.engine.adapt.Around;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Original;
import dev.weft.engine.adapt.TlsIdentities;
import dev.weft.engine.adapt.Weave;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.HttpHost;
import org.jspecify.annotations.Nullable;

/** Where a request of a minimal client, which has no chain, no redirects and no proxies, becomes a call. */
@Weave(type = "org.apache.hc.client5.http.impl.classic.MinimalHttpClient", method = "doExecute", args = 3)
public final class MinimalClientHook implements Around {
    private final Mesh mesh;
    private final TlsIdentities identities = new TlsIdentities();

    public MinimalClientHook(Mesh mesh) {
        this.mesh = mesh;
    }

    @Override
    public boolean wants(Object self, @Nullable Object[] args) {
        return args[0] instanceof HttpHost target
                && args[1] != null
                && mesh.routes(target.getHostName(), HopRequest.port(target));
    }

    @Override
    public @Nullable Object around(Object self, @Nullable Object[] args, Original original) throws Throwable {
        var target = (HttpHost) args[0];
        var request = (ClassicHttpRequest) args[1];
        if (target == null || request == null) {
            return original.call(self, args);
        }
        return mesh.blocking()
                .run(new Exchange(
                        mesh,
                        new HopRequest(target, request),
                        new MinimalWay(target, request, args[2], self, original, identities)));
    }
}
