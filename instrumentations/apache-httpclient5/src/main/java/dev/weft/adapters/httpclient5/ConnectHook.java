package dev.weft.adapters.httpclient5;

import dev.weft.engine.adapt.Around;
import dev.weft.engine.adapt.Arrival;
import dev.weft.engine.adapt.Latecomer;
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
public final class ConnectHook implements Around, Latecomer {
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

    /** Every client has a place where it connects, whatever chain it is made of; its pool is known to nobody else. */
    @Override
    public void catchUp(Class<?> woven, Arrival arrival) {
        arrival.threads(
                "Apache HttpClient 5",
                "call under way",
                "calls under way",
                "org.apache.hc.client5.http.impl.classic.InternalHttpClient#doExecute",
                "org.apache.hc.client5.http.impl.classic.MinimalHttpClient#doExecute",
                "org.apache.hc.core5.http.io.EofSensorInputStream");
        if (arrival.loaded("org.apache.hc.client5.http.impl.io.DefaultManagedHttpClientConnection")) {
            arrival.unseen("Apache HttpClient 5", "idle connections");
            arrival.unseen("Apache HttpClient 5", "answers that nobody was reading");
        }
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
