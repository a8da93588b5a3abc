package dev.weft.adapters.httpclient5;

import dev.weft.engine.adapt.Around;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Original;
import dev.weft.engine.adapt.Weave;
import dev.weft.engine.snapshot.Transport;
import java.util.Objects;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Where a new connection of an attempt is opened: keeps the cluster's connect timeout and puts the
 * mesh's TLS under a call that the application made in plaintext.
 *
 * <p>The pool knows such connections as {@code https} to a name that exists nowhere, so without this
 * hook they would fail, never go in the clear.
 */
@Weave(type = "org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator", method = "connect")
public final class ConnectHook implements Around {
    public ConnectHook(Mesh mesh) {}

    @Override
    public boolean wants(Object self, @Nullable Object[] args) {
        Sending sending = Sending.current();
        return sending != null && args.length > 3 && sending.aim().peer().equals(args[1]);
    }

    @Override
    public @Nullable Object around(Object self, @Nullable Object[] args, Original original) throws Throwable {
        Sending sending = Sending.current();
        if (sending == null) {
            return original.call(self, args);
        }
        @Nullable Object[] own = args.clone();
        int at = limitAt(args.length);
        Timeout limit = sending.connectLimit((TimeValue) args[at]);
        own[at] = limit;
        own[1] = sending.aim().plain();
        sending.reaching();
        Object result = original.call(self, own);
        Transport.Tls tls = sending.aim().tls();
        if (tls != null) {
            var open = Objects.requireNonNull((ManagedHttpClientConnection) args[0]);
            MeshTls.secure(open, tls, sending.aim().plain(), limit);
        }
        sending.reached();
        return result;
    }

    /** 5.0: connection, host, local address, limit, ...; 5.4 adds a name, 5.6 a socket file before the local address. */
    private static int limitAt(int count) {
        return switch (count) {
            case 8 -> 4;
            case 9 -> 5;
            default -> 3;
        };
    }
}
