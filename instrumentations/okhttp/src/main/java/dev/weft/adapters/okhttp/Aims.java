package dev.weft.adapters.okhttp;

import dev.weft.engine.call.Attempt;
import dev.weft.engine.snapshot.Transport;
import java.lang.ref.WeakReference;
import java.net.InetSocketAddress;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * One aim for each endpoint and identity, so that the library's pool, which compares the name
 * services of two addresses, keeps their connections apart. A pooled connection holds its aim, so
 * one that is gone has no connection either.
 */
final class Aims {
    /** By the endpoint's address, and where TLS is the mesh's by that and whose it is. */
    private final ConcurrentHashMap<Object, WeakReference<Aim>> known = new ConcurrentHashMap<>();

    /**
     * @param secure whether the application asked for TLS, which is then left as it is
     */
    Aim of(Attempt attempt, boolean secure) {
        InetSocketAddress endpoint = attempt.endpoint().address();
        Transport.Tls tls = !secure && attempt.transport() instanceof Transport.Tls asked ? asked : null;
        Object key = tls == null ? endpoint : new Key(endpoint, tls.context(), tls.sni());
        Aim known = known(key);
        return known == null ? add(key, new Aim(endpoint, tls)) : known;
    }

    private @Nullable Aim known(Object key) {
        WeakReference<Aim> found = known.get(key);
        return found == null ? null : found.get();
    }

    private synchronized Aim add(Object key, Aim fresh) {
        Aim other = known(key);
        if (other != null) {
            return other;
        }
        known.values().removeIf(aim -> aim.refersTo(null));
        known.put(key, new WeakReference<>(fresh));
        return fresh;
    }

    private record Key(InetSocketAddress endpoint, SSLContext context, String sni) {}
}
