package dev.weft.adapters.okhttp;

import dev.weft.engine.adapt.ServerNames;
import dev.weft.engine.snapshot.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** TLS of the mesh under a connection that the library opened. */
final class MeshTls extends SSLSocketFactory {
    /** The context's trust manager has compared the names that the mesh expects; the URL's is none of them. */
    static final HostnameVerifier CHECKED_BY_THE_CONTEXT = (host, session) -> true;

    private final SSLSocketFactory factory;
    private final List<SNIServerName> names;

    MeshTls(Transport.Tls tls) {
        factory = tls.context().getSocketFactory();
        names = ServerNames.of(tls.sni());
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
