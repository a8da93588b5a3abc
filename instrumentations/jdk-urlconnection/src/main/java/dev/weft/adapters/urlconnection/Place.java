package dev.weft.adapters.urlconnection;

import dev.weft.engine.call.Attempt;
import dev.weft.engine.snapshot.Transport;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.URL;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An endpoint under a logical name, over one identity: what kept connections are kept apart by. One
 * object for each, since the library compares that part of its key by identity.
 */
final class Place extends Mark {
    private static final long serialVersionUID = 1;

    /** More are never in use at once; a connection of one that is forgotten is closed when its time is over. */
    private static final int LIMIT = 4096;

    private static final ConcurrentHashMap<Key, Place> PLACES = new ConcurrentHashMap<>();

    /** @param identity of the TLS that carries it; see {@link Identities} */
    private record Key(String host, int port, InetSocketAddress endpoint, int identity, String sni) {}

    /** Nobody looks at a connection before it is used that was put away so short a time ago. */
    private static final long LATELY_NANOS = 1_000_000_000L;

    /** When a connection was last put away for others, on {@link System#nanoTime}. */
    private transient volatile long keptAt = System.nanoTime() - LATELY_NANOS;

    private Place() {}

    void keeps() {
        keptAt = System.nanoTime();
    }

    /** Whether a connection was in use here a short time ago: the one that is taken, unless several were at once. */
    boolean usedLately() {
        return System.nanoTime() - keptAt < LATELY_NANOS;
    }

    static Place of(HttpURLConnection connection, URL url, Attempt attempt) {
        int identity = 0;
        String sni = "";
        if (Connections.secure(connection)) {
            identity = Identities.number(Connections.socketFactory(connection));
        } else if (attempt.transport() instanceof Transport.Tls tls) {
            identity = Identities.number(tls.context());
            sni = tls.sni();
        }
        var key =
                new Key(url.getHost(), UrlRequest.port(url), attempt.endpoint().address(), identity, sni);
        Place known = PLACES.get(key);
        if (known != null) {
            return known;
        }
        if (PLACES.size() >= LIMIT) {
            PLACES.clear();
        }
        return PLACES.computeIfAbsent(key, any -> new Place());
    }
}
