package dev.weft.adapters.httpclient4;

import dev.weft.engine.adapt.Before;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Weave;
import org.apache.http.HttpHost;
import org.apache.http.HttpMessage;
import org.apache.http.client.protocol.HttpClientContext;
import org.jspecify.annotations.Nullable;

/**
 * The last link of the chain, where an attempt takes a connection: only here the route is the
 * endpoint's. What stands above (cookies, authentication, redirects) and the context keep the logical
 * one, where {@link MainExecEndHook} puts back what is changed here.
 */
@Weave(type = "org.apache.http.impl.execchain.MainClientExec", method = "execute", args = 4)
public final class MainExecHook implements Before {
    public MainExecHook(Mesh mesh) {}

    @Override
    public void before(@Nullable Object self, @Nullable Object[] args) {
        Sending sending = Sending.current();
        if (sending != null
                && sending.covers(args[0], args[2])
                && args[1] instanceof HttpMessage request
                && args[2] instanceof HttpClientContext context) {
            complete(context, sending);
            sending.depart(request);
            args[0] = sending.aim().route();
        }
    }

    /** For credentials this link completes a name without a port from its route, which is ours now. */
    private static void complete(HttpClientContext context, Sending sending) {
        HttpHost named = context.getTargetHost();
        if (named == null || named.getPort() >= 0) {
            return;
        }
        HttpHost logical = sending.aim().logical().getTargetHost();
        boolean same = named.getHostName().equals(logical.getHostName())
                && named.getSchemeName().equals(logical.getSchemeName());
        sending.completed(
                context,
                named,
                same ? logical : new HttpHost(named.getHostName(), logical.getPort(), named.getSchemeName()));
    }
}
