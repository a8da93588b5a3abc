package dev.weft.adapters.urlconnection;

import dev.weft.engine.snapshot.Transport;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.StandardConstants;

/** TLS of the mesh on a socket that has just been connected in plaintext. */
final class MeshTls {
    private MeshTls() {}

    /** @param limit for the handshake, in milliseconds; 0 for what the socket has */
    static Socket over(Socket plain, Transport.Tls tls, String host, int port, int limit) throws IOException {
        var layered = (SSLSocket) tls.context().getSocketFactory().createSocket(plain, host, port, true);
        var parameters = layered.getSSLParameters();
        List<SNIServerName> names = tls.sni().isEmpty() ? List.of() : List.of(name(tls.sni()));
        parameters.setServerNames(names);
        layered.setSSLParameters(parameters);
        int reads = plain.getSoTimeout();
        if (limit > 0) {
            layered.setSoTimeout(limit);
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
