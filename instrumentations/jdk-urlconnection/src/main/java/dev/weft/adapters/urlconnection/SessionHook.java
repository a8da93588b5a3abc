package dev.weft.adapters.urlconnection;

import dev.weft.engine.adapt.Around;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Original;
import dev.weft.engine.adapt.Weave;
import dev.weft.engine.drive.Refused;
import java.io.IOException;
import java.net.HttpURLConnection;
import org.jspecify.annotations.Nullable;

/** Makes good what {@link ConnectHook} has put off, where the application looks at the TLS session before it
 * asks for an answer. */
@Weave(
        type = "sun.net.www.protocol.https.AbstractDelegateHttpsURLConnection",
        method = "getCipherSuite",
        args = 0,
        opens = Opens.ALL)
@Weave(
        type = "sun.net.www.protocol.https.AbstractDelegateHttpsURLConnection",
        method = "getLocalCertificates",
        args = 0,
        opens = Opens.ALL)
@Weave(
        type = "sun.net.www.protocol.https.AbstractDelegateHttpsURLConnection",
        method = "getServerCertificates",
        args = 0,
        opens = Opens.ALL)
@Weave(
        type = "sun.net.www.protocol.https.AbstractDelegateHttpsURLConnection",
        method = "getPeerPrincipal",
        args = 0,
        opens = Opens.ALL)
@Weave(
        type = "sun.net.www.protocol.https.AbstractDelegateHttpsURLConnection",
        method = "getLocalPrincipal",
        args = 0,
        opens = Opens.ALL)
@Weave(
        type = "sun.net.www.protocol.https.AbstractDelegateHttpsURLConnection",
        method = "getSSLSession",
        args = 0,
        opens = Opens.ALL)
public final class SessionHook implements Around {
    private final Mesh mesh;

    public SessionHook(Mesh mesh) {
        this.mesh = mesh;
    }

    @Override
    public boolean wants(Object self, @Nullable Object[] args) {
        return Connections.untouched(self)
                && Connections.isConnecting(self)
                && UrlRequest.routed(mesh, ((HttpURLConnection) self).getURL());
    }

    @Override
    public @Nullable Object around(Object self, @Nullable Object[] args, Original original) throws Throwable {
        var connection = (HttpURLConnection) self;
        try {
            if (Proxies.chosen(connection)) {
                Sending.outside(connection.getURL(), () -> Connections.connect(self));
            } else {
                Commit.run(mesh, new Call(connection), () -> self);
            }
        } catch (Refused refused) {
            throw new Refused(new IllegalStateException("connection not yet open", refused.getCause()));
        } catch (IOException failed) {
            throw new Refused(new IllegalStateException("connection not yet open", failed));
        }
        return original.call(self);
    }
}
