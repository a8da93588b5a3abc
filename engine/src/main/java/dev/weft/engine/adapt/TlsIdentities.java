package dev.weft.engine.adapt;

import dev.weft.engine.snapshot.Transport;
import java.lang.ref.WeakReference;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;

/**
 * Names that keep connections of different mesh identities apart in a pool. They are never resolved
 * and never on the wire. Few contexts live at once (one for each renewal of a certificate), so a
 * short array is searched.
 */
public final class TlsIdentities {
    /** Pools can be shared by clients with different hooks, so a number is never given out twice. */
    private static final AtomicLong NUMBERS = new AtomicLong();

    private volatile Identity[] known = {};

    /** {@code host} with the mark of this TLS: the same for the same context and server name. */
    public String name(String host, Transport.Tls tls) {
        for (Identity identity : known) {
            if (identity.is(tls)) {
                return identity.of(host);
            }
        }
        return add(tls).of(host);
    }

    private synchronized Identity add(Transport.Tls tls) {
        for (Identity identity : known) {
            if (identity.is(tls)) {
                return identity;
            }
        }
        var added = new Identity(new WeakReference<>(tls.context()), tls.sni(), NUMBERS.incrementAndGet());
        int kept = 0;
        Identity[] next = new Identity[known.length + 1];
        for (Identity identity : known) {
            if (identity.context().get() != null) {
                next[kept++] = identity;
            }
        }
        next[kept++] = added;
        known = Arrays.copyOf(next, kept);
        return added;
    }

    private record Identity(WeakReference<SSLContext> context, String sni, long number) {
        boolean is(Transport.Tls tls) {
            return context.refersTo(tls.context()) && sni.equals(tls.sni());
        }

        String of(String host) {
            return host + ".mesh-" + number;
        }
    }
}
