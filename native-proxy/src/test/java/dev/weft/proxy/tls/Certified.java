package dev.weft.proxy.tls;

import dev.weft.client.identity.PemCertificates;
import dev.weft.proxy.Backend;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** Has a certificate of its own, and trusts it alone. */
public final class Certified {
    private final Map<String, PemCertificates.Files> own;

    /** @param folder where the key is kept */
    public Certified(Path folder) throws Exception {
        own = Map.of("own", PemFiles.make(folder, "shop").files());
    }

    /** Shows the certificate, and trusts it. */
    public SSLContext context(Speaker speaker) throws Exception {
        return speaker.certificates(own).context("own", "own", List.of(), "");
    }

    public ServerSocket server() throws Exception {
        return new PemCertificates(own)
                .server("own")
                .getServerSocketFactory()
                .createServerSocket(0, 100, InetAddress.getLoopbackAddress());
    }

    /** How a peer of TLS ends what it says. */
    public enum Ending {
        /** As TLS has it. */
        SAID,
        /** As anybody on the way could make it end. */
        CUT
    }

    /** A server that has said this once its client has said as many bytes, and ends so. */
    public Backend saying(String text, int after, Ending ending) throws Exception {
        SSLContext own = new PemCertificates(this.own).server("own");
        return new Backend(with -> {
            Socket plain = with.socket();
            SSLSocket secured = (SSLSocket) own.getSocketFactory().createSocket(plain, null, false);
            secured.getInputStream().readNBytes(after);
            secured.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
            if (ending == Ending.SAID) {
                secured.shutdownOutput();
            }
            plain.shutdownOutput();
            plain.getInputStream().read(); // until the other side has seen it
        });
    }
}
