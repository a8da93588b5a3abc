package dev.weft.proxy.tls;

import dev.weft.client.identity.PemCertificates;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;

/** Has a certificate of its own, and trusts it alone. */
public final class Certified {
    private final Map<String, PemCertificates.Files> own;

    /** @param folder where the key is kept */
    public Certified(Path folder) throws Exception {
        own = Map.of("own", PemFiles.make(folder, "shop").files());
    }

    /** Shows the certificate, and trusts it. */
    public SSLContext context(Speaker speaker) throws Exception {
        return speaker.certificates(own).context("own", "own", List.of());
    }

    public ServerSocket server() throws Exception {
        return new PemCertificates(own)
                .server("own")
                .getServerSocketFactory()
                .createServerSocket(0, 100, InetAddress.getLoopbackAddress());
    }
}
