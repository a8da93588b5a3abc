package dev.weft.adapters.jdkhttp;

import dev.weft.engine.call.Attempt;
import dev.weft.engine.snapshot.Transport;
import java.lang.ref.WeakReference;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import org.jspecify.annotations.Nullable;

/** Where one attempt's request really goes, while its URI stays logical. */
final class Aim {
    private final Attempt attempt;
    private final URI uri;
    private final InetSocketAddress address;
    private final boolean tls;
    private final WeakReference<Aim> weakly = new WeakReference<>(this);
    private volatile boolean headersWait;
    private volatile boolean answered;
    private volatile @Nullable HttpRequest onward;

    Aim(Attempt attempt, URI uri) {
        this.attempt = attempt;
        this.uri = uri;
        // An application that asked for TLS keeps its own.
        var mesh = JdkRequest.secure(uri) || !(attempt.transport() instanceof Transport.Tls asked) ? null : asked;
        this.tls = mesh != null;
        String name = mesh == null ? uri.getHost() : TlsNames.nameOf(mesh);
        this.address = Addresses.of(attempt.endpoint().address(), name);
    }

    WeakReference<Aim> weakly() {
        return weakly;
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

    /** The attempt's headers are not in its request; {@link HeadersHook} puts them where it is written. */
    void letHeadersWait() {
        headersWait = true;
    }

    boolean headersWait() {
        return headersWait;
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
}
