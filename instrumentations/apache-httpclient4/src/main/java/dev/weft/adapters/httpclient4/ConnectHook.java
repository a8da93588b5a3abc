package dev.weft.adapters.httpclient4;

import dev.weft.engine.adapt.Around;
import dev.weft.engine.adapt.Arrival;
import dev.weft.engine.adapt.ConnectLimit;
import dev.weft.engine.adapt.Latecomer;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.MeshSocket;
import dev.weft.engine.adapt.Original;
import dev.weft.engine.adapt.Weave;
import dev.weft.engine.drive.Refused;
import dev.weft.engine.snapshot.Transport;
import java.io.IOException;
import java.net.Socket;
import java.util.Objects;
import org.apache.http.ConnectionClosedException;
import org.apache.http.HttpHost;
import org.apache.http.conn.ManagedHttpClientConnection;
import org.jspecify.annotations.Nullable;

/**
 * Where a new connection of an attempt is opened: to the endpoint's address, under the logical name,
 * with the cluster's connect timeout and, under a call that the application made in plaintext, with the
 * mesh's TLS. The library would resolve the name, and 4.3 has no host that carries an address.
 */
@Weave(type = "org.apache.http.impl.conn.HttpClientConnectionOperator", method = "connect", args = 6)
@Weave(type = "org.apache.http.impl.conn.DefaultHttpClientConnectionOperator", method = "connect", args = 6)
public final class ConnectHook implements Around, Latecomer {
    private volatile @Nullable Operators operators;

    public ConnectHook(Mesh mesh) {}

    @Override
    public boolean wants(Object self, @Nullable Object[] args) {
        Sending sending = Sending.current();
        return sending != null && sending.aim().route().getTargetHost().equals(args[1]);
    }

    @Override
    public @Nullable Object around(Object self, @Nullable Object[] args, Original original) throws Throwable {
        Sending sending = Sending.current();
        if (sending == null) {
            return original.call(self, args);
        }
        sending.at(Sending.Reach.REACHING);
        Aim aim = sending.aim();
        int limit = ConnectLimit.millis(sending.attempt(), (int) Objects.requireNonNull(args[3]));
        @Nullable Object[] own = args.clone();
        own[1] = aim.named();
        own[3] = limit;
        original.call(operators(self).resolving(self, aim.address().getAddress()), own);
        Transport.Tls tls = aim.tls();
        if (tls != null) {
            secure((ManagedHttpClientConnection) Objects.requireNonNull(args[0]), tls, aim.named(), limit);
        }
        sending.at(Sending.Reach.SENT);
        return null;
    }

    /** Every client has a place where it connects, whatever chain it is made of; its pool is known to nobody else. */
    @Override
    public void catchUp(Class<?> woven, Arrival arrival) {
        arrival.threads(
                "Apache HttpClient 4",
                "call under way",
                "calls under way",
                "org.apache.http.impl.client.InternalHttpClient#doExecute",
                "org.apache.http.impl.client.MinimalHttpClient#doExecute",
                "org.apache.http.conn.EofSensorInputStream");
        if (arrival.loaded("org.apache.http.impl.conn.DefaultManagedHttpClientConnection")) {
            arrival.unseen("Apache HttpClient 4", "idle connections");
            arrival.unseen("Apache HttpClient 4", "answers that nobody was reading");
        }
    }

    private Operators operators(Object like) {
        Operators known = operators;
        if (known == null) {
            known = Operators.of(like.getClass());
            operators = known;
        }
        return known;
    }

    private static void secure(ManagedHttpClientConnection connection, Transport.Tls tls, HttpHost host, int limit)
            throws IOException {
        try {
            Socket plain = connection.getSocket();
            if (plain == null) {
                throw new ConnectionClosedException("Connection to " + host.toHostString() + " was closed before TLS");
            }
            connection.bind(MeshSocket.over(plain, tls, host.getHostName(), host.getPort(), limit));
        } catch (IOException | RuntimeException failed) {
            // The socket is still plaintext: nothing may be sent over it.
            connection.shutdown();
            // To the woven site an exception of ours would be a bug, after which the call goes on.
            throw new Refused(failed);
        }
    }
}
