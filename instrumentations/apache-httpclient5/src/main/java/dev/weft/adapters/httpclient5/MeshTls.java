package dev.weft.adapters.httpclient5;

import dev.weft.engine.adapt.MeshSocket;
import dev.weft.engine.drive.Refused;
import dev.weft.engine.snapshot.Transport;
import java.io.IOException;
import java.net.Socket;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * TLS of the mesh on a connection that has just been opened in plaintext. A failure is thrown as
 * {@link Refused}: to the woven site an exception of ours would be a bug, after which the call goes on.
 */
final class MeshTls {
    private MeshTls() {}

    static void secure(
            ManagedHttpClientConnection connection, Transport.Tls tls, HttpHost host, @Nullable Timeout limit) {
        try {
            handshake(connection, tls, host, limit);
        } catch (IOException | RuntimeException failed) {
            // The socket is still plaintext: nothing may be sent over it.
            connection.close(CloseMode.IMMEDIATE);
            throw new Refused(failed);
        }
    }

    private static void handshake(
            ManagedHttpClientConnection connection, Transport.Tls tls, HttpHost host, @Nullable Timeout limit)
            throws IOException {
        Socket plain = connection.getSocket();
        if (plain == null) {
            throw new ConnectionClosedException("Connection to " + host.toHostString() + " was closed before TLS");
        }
        int millis = limit == null || limit.isDisabled() ? 0 : limit.toMillisecondsIntBound();
        connection.bind(MeshSocket.over(plain, tls, host.getHostName(), host.getPort(), millis));
    }
}
