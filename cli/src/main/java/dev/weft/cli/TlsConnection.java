package dev.weft.cli;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** A connection over TLS to a server whose certificate is for the host that was asked for. No step takes longer than a limit. */
final class TlsConnection implements Link {
    private final SSLSocket socket;

    private TlsConnection(SSLSocket socket) {
        this.socket = socket;
    }

    /** @param authorities PEM file of who may vouch for the server; null for the JDK's own */
    static TlsConnection to(InetSocketAddress address, @Nullable Path authorities, Duration limit) throws IOException {
        int millis = (int) limit.toMillis();
        Socket plain = new Socket();
        try {
            if (address.isUnresolved()) {
                throw new UnresolvedAddressException();
            }
            plain.connect(address, millis);
            plain.setSoTimeout(millis);
            SSLSocket socket = (SSLSocket) context(authorities)
                    .getSocketFactory()
                    .createSocket(plain, address.getHostString(), address.getPort(), true);
            var parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return new TlsConnection(socket);
        } catch (IOException | RuntimeException e) {
            plain.close();
            throw e;
        }
    }

    private static SSLContext context(@Nullable Path authorities) throws IOException {
        try {
            var context = SSLContext.getInstance("TLS");
            if (authorities == null) {
                context.init(null, null, null);
                return context;
            }
            var store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int count = 0;
            try (var in = Files.newInputStream(authorities)) {
                for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                    store.setCertificateEntry("authority-" + count++, certificate);
                }
            }
            if (count == 0) {
                throw new IOException("there is no certificate in it");
            }
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IOException("authorities " + authorities + " can't be used: " + e.getMessage(), e);
        }
    }

    @Override
    public void write(byte[] content) throws IOException {
        socket.getOutputStream().write(content);
    }

    @Override
    public InputStream in() throws IOException {
        return new BufferedInputStream(socket.getInputStream());
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
