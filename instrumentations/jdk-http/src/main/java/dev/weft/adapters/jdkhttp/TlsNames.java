package dev.weft.adapters.jdkhttp;

import dev.weft.engine.snapshot.Transport;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.Map;
import java.util.WeakHashMap;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Gives each transport of the mesh a host name of its own. The library builds a connection, its
 * pool key and its TLS engine from the host name of an address and from nothing else of the request;
 * so the name carries the transport there, connections of different identities never mix, and {@link
 * TlsHook} finds the way back. The names never reach the wire. Static for the reason of {@link Aims}.
 */
final class TlsNames {
    private static final Map<SSLContext, Map<String, String>> NAMES = new WeakHashMap<>();
    private static final Map<String, Target> TARGETS = new HashMap<>();
    private static long last;

    private TlsNames() {}

    /** A valid host name that can't exist (RFC 6761: {@code .invalid}). */
    static synchronized String nameOf(Transport.Tls transport) {
        return NAMES.computeIfAbsent(transport.context(), context -> new HashMap<>())
                .computeIfAbsent(transport.sni(), sni -> {
                    TARGETS.values().removeIf(target -> target.context() == null);
                    String name = "t" + ++last + ".weft.invalid";
                    TARGETS.put(name, new Target(new WeakReference<>(transport.context()), sni));
                    return name;
                });
    }

    static synchronized @Nullable Target find(@Nullable Object name) {
        return TARGETS.get(name);
    }

    /** What stands behind a name. */
    record Target(WeakReference<SSLContext> reference, String sni) {
        @Nullable
        SSLContext context() {
            return reference.get();
        }
    }
}
