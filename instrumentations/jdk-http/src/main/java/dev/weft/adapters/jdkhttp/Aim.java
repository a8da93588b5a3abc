package dev.weft.adapters.jdkhttp;

import dev.weft.engine.call.Attempt;
import dev.weft.engine.snapshot.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpRequest;
import org.jspecify.annotations.Nullable;

/** Where one attempt's request really goes, while its URI stays logical. */
final class Aim {
    private final Attempt attempt;
    private final URI uri;
    private final Address address;
    private final boolean tls;
    private volatile boolean answered;
    private volatile @Nullable HttpRequest onward;

    Aim(Attempt attempt, URI uri) {
        this.attempt = attempt;
        this.uri = uri;
        // An application that asked for TLS keeps its own.
        var mesh = JdkRequest.secure(uri) || !(attempt.transport() instanceof Transport.Tls asked) ? null : asked;
        this.tls = mesh != null;
        String name = mesh == null ? uri.getHost() : TlsNames.nameOf(mesh);
        InetSocketAddress endpoint = attempt.endpoint().address();
        try {
            byte[] ip = endpoint.getAddress().getAddress();
            this.address = new Address(InetAddress.getByAddress(name, ip), endpoint.getPort());
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("an IP address of a wrong length: " + endpoint, impossible);
        }
    }

    Attempt attempt() {
        return attempt;
    }

    URI uri() {
        return uri;
    }

    InetSocketAddress address() {
        return address;
    }

    /** Whether the mesh's TLS carries it, unknown to the application. */
    boolean tls() {
        return tls;
    }

    /** A peer has answered a request of this attempt, and the library went on from there. */
    void answered() {
        answered = true;
    }

    boolean wasAnswered() {
        return answered;
    }

    /** The answer is a redirect to somewhere else: to be sent after this attempt, by a new look-up. */
    void goOnwards(HttpRequest next) {
        onward = next;
    }

    @Nullable
    HttpRequest onward() {
        return onward;
    }

    /** An address of ours; connections keep the object, and so can be told from others. */
    static final class Address extends InetSocketAddress {
        Address(InetAddress ip, int port) {
            super(ip, port);
        }

        /** Sets connections to the same name and port, but another machine, apart. */
        String suffix() {
            return "@" + getAddress().getHostAddress();
        }
    }

    /** See {@link Address#suffix}. */
    String suffix() {
        return address.suffix();
    }
}
