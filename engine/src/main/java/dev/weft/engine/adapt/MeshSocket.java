package dev.weft.engine.adapt;

import dev.weft.engine.snapshot.Transport;
import java.io.IOException;
import java.net.Socket;
import javax.net.ssl.SSLSocket;

/** TLS of the mesh over a socket that has just been connected in plaintext. */
public final class MeshSocket {
    private MeshSocket() {}

    /**
     * Blocks until the handshake is done. When it fails the plain socket is still open: nothing may be
     * sent over it.
     *
     * @param limitMillis for each read of the handshake; 0 for the socket's own
     */
    public static SSLSocket over(Socket plain, Transport.Tls tls, String host, int port, int limitMillis)
            throws IOException {
        var layered = (SSLSocket) tls.context().getSocketFactory().createSocket(plain, host, port, true);
        var parameters = layered.getSSLParameters();
        parameters.setServerNames(ServerNames.of(tls.sni()));
        layered.setSSLParameters(parameters);
        int reads = plain.getSoTimeout();
        if (limitMillis > 0) {
            layered.setSoTimeout(limitMillis);
        }
        layered.startHandshake();
        layered.setSoTimeout(reads);
        return layered;
    }
}
