package dev.weft.adapters.okhttp;

import dev.weft.engine.snapshot.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.StandardConstants;

/** TLS of the mesh under a connection that the library opened. */
final class MeshTls extends SSLSocketFactory {
    /** The context's trust manager has compared the names that the mesh expects; the URL's is none of them. */
    static final HostnameVerifier CHECKED_BY_THE_CONTEXT = (host, session) -> true;

    private final SSLSocketFactory factory;
    private final List<SNIServerName> names;

    MeshTls(Transport.Tls tls) {
        factory = tls.context().getSocketFactory();
        names = tls.sni().isEmpty() ? List.of() : List.of(name(tls.sni()));
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

    private Socket named(Socket socket) {
        var layered = (SSLSocket) socket;
        var parameters = layered.getSSLParameters();
        parameters.setServerNames(names);
        layered.setSSLParameters(parameters);
        return layered;
    }

    @Override
    public Socket createSocket(Socket plain, String host, int port, boolean closes) throws IOException {
        return named(factory.createSocket(plain, host, port, closes));
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return named(factory.createSocket(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
        return named(factory.createSocket(host, port, local, localPort));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return named(factory.createSocket(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
        return named(factory.createSocket(host, port, local, localPort));
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return factory.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return factory.getSupportedCipherSuites();
    }
}
