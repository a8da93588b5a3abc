package dev.weft.engine.adapt;

import dev.weft.engine.snapshot.Transport;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.StandardConstants;

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
        List<SNIServerName> names = tls.sni().isEmpty() ? List.of() : List.of(name(tls.sni()));
        parameters.setServerNames(names);
        layered.setSSLParameters(parameters);
        int reads = plain.getSoTimeout();
        if (limitMillis > 0) {
            layered.setSoTimeout(limitMillis);
        }
        layered.startHandshake();
        layered.setSoTimeout(reads);
        return layered;
    }

    private static SNIServerName name(String sni) {
        try {
            return new SNIHostName(sni);
        } catch (IllegalArgumentException notByTheLetter) {
            return new Verbatim(sni); // outbound_.80_._.order.default: underscores, which the JDK refuses
        }
    }

    private static final class Verbatim extends SNIServerName {
        Verbatim(String name) {
            super(StandardConstants.SNI_HOST_NAME, name.getBytes(StandardCharsets.US_ASCII));
        }
    }
}
