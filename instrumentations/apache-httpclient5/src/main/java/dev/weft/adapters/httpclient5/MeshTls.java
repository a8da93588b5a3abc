package dev.weft.adapters.httpclient5;

import dev.weft.engine.snapshot.Transport;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/** TLS of the mesh on a connection that has just been opened in plaintext. */
final class MeshTls {
    private MeshTls() {}

    static void secure(
            ManagedHttpClientConnection connection, Transport.Tls tls, HttpHost host, @Nullable Timeout limit)
            throws IOException {
        Socket plain = connection.getSocket();
        if (plain == null) {
            throw new ConnectionClosedException("Connection to " + host.toHostString() + " was closed before TLS");
        }
        try {
            var layered = (SSLSocket)
                    tls.context().getSocketFactory().createSocket(plain, host.getHostName(), host.getPort(), true);
            var parameters = layered.getSSLParameters();
            List<SNIServerName> names = tls.sni().isEmpty() ? List.of() : List.of(new SNIHostName(tls.sni()));
            parameters.setServerNames(names);
            layered.setSSLParameters(parameters);
            int reads = plain.getSoTimeout();
            if (limit != null && !limit.isDisabled()) {
                layered.setSoTimeout(limit.toMillisecondsIntBound());
            }
            layered.startHandshake();
            layered.setSoTimeout(reads);
            connection.bind(layered);
        } catch (IOException | RuntimeException failed) {
            // The socket is still plaintext: nothing may be sent over it.
            plain.close();
            throw failed;
        }
    }
}
