package dev.weft.adapters.httpclient4;

import dev.weft.engine.adapt.Around;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Original;
import dev.weft.engine.adapt.Weave;
import org.apache.http.HttpHost;
import org.apache.http.HttpMessage;
import org.apache.http.client.protocol.HttpClientContext;
import org.jspecify.annotations.Nullable;

/**
 * The last link of the chain, where an attempt takes a connection: only here the route is the
 * endpoint's. What stands above (cookies, authentication, redirects) and the context keep the logical
 * one.
 */
@Weave(type = "org.apache.http.impl.execchain.MainClientExec", method = "execute", args = 4)
public final class MainExecHook implements Around {
    public MainExecHook(Mesh mesh) {}

    @Override
    public boolean wants(Object self, @Nullable Object[] args) {
        Sending sending = Sending.current();
        return sending != null && sending.covers(args[0], args[2]);
    }

    @Override
    public @Nullable Object around(Object self, @Nullable Object[] args, Original original) throws Throwable {
        Sending sending = Sending.current();
        if (sending == null
                || !(args[1] instanceof HttpMessage request)
                || !(args[2] instanceof HttpClientContext context)) {
            return original.call(self, args);
        }
        HttpHost named = context.getTargetHost();
        boolean completed = complete(context, named, sending);
        try {
            sending.depart(request);
            return original.call(self, sending.aim().route(), request, context, args[3]);
        } finally {
            if (completed) {
                context.setAttribute(HttpClientContext.HTTP_TARGET_HOST, named);
            }
        }
    }

    /** For credentials this link completes a name without a port from its route, which is ours now. */
    private static boolean complete(HttpClientContext context, @Nullable HttpHost named, Sending sending) {
        if (named == null || named.getPort() >= 0) {
            return false;
        }
        int port = sending.aim().logical().getTargetHost().getPort();
        context.setAttribute(
                HttpClientContext.HTTP_TARGET_HOST, new HttpHost(named.getHostName(), port, named.getSchemeName()));
        return true;
    }
}
