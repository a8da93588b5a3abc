package dev.weft.adapters.hc5;

import dev.weft.engine.adapt.Around;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Original;
import dev.weft.engine.adapt.Weave;
import java.net.InetAddress;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/** Aims calls at this machine. What it needs of a newer release stands in a class of its own. */
@Weave(type = "org.apache.hc.client5.http.impl.classic.InternalHttpClient", method = "doExecute", args = 3)
final class Newer implements Around {
    Newer(Mesh mesh) {}

    @Override
    public boolean wants(Object self, @Nullable Object[] args) {
        return args[0] instanceof HttpHost host && host.getHostName().equals("order.test");
    }

    @Override
    public @Nullable Object around(Object self, @Nullable Object[] args, Original original) throws Throwable {
        HttpHost named = (HttpHost) args[0];
        HttpHost aimed = new HttpHost(
                named.getSchemeName(), InetAddress.getLoopbackAddress(), named.getHostName(), named.getPort());
        return original.call(self, aimed, args[1], new Contexts().typed((HttpContext) args[2]));
    }
}
