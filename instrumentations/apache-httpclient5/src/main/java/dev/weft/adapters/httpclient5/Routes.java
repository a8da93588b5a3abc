package dev.weft.adapters.httpclient5;

import dev.weft.engine.adapt.TlsIdentities;
import dev.weft.engine.call.Attempt;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.apache.hc.client5.http.HttpRoute;
import org.jspecify.annotations.Nullable;

/**
 * Routes of the library as one hook aims them. What was made before is looked for first, by slots
 * that the newest takes: an application has few peers, and each call would make the same again.
 */
final class Routes {
    private static final int SLOTS = 256;

    private final TlsIdentities identities = new TlsIdentities();
    private final AtomicReferenceArray<@Nullable HttpRoute> understood = new AtomicReferenceArray<>(SLOTS);
    private final AtomicReferenceArray<@Nullable Route> aimed = new AtomicReferenceArray<>(SLOTS);

    /**
     * Whether a route is a direct one and says nothing that an aimed one would lose: no proxy, no
     * socket file (5.6), no separate name for TLS (5.4).
     */
    boolean understands(HttpRoute route) {
        int slot = slot(route.getTargetHost().getHostName().hashCode());
        HttpRoute known = understood.get(slot);
        if (known != null && known.equals(route)) {
            return true;
        }
        boolean plain = route.equals(new HttpRoute(route.getTargetHost(), route.getLocalAddress(), route.isSecure()));
        if (plain) {
            understood.set(slot, route);
        }
        return plain;
    }

    Route aim(HttpRoute logical, Attempt attempt) {
        int slot = slot(attempt.endpoint().address().hashCode());
        Route known = aimed.get(slot);
        if (known != null && known.is(logical, attempt)) {
            return known;
        }
        Route made = Route.of(logical, attempt, identities);
        aimed.set(slot, made);
        return made;
    }

    private static int slot(int hash) {
        return (hash ^ hash >>> 16) & SLOTS - 1;
    }
}
