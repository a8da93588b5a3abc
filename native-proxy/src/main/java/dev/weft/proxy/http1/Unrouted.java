package dev.weft.proxy.http1;

import dev.weft.proxy.listen.Names;
import java.net.InetSocketAddress;
import java.util.function.Predicate;

/**
 * What becomes of requests for hosts that the mesh doesn't know.
 *
 * @param passThrough whether clients that know they talk to a proxy (an absolute target) get what DNS says of the host
 * @param own whether that is an address of this proxy's, where a request would come back for ever
 */
public record Unrouted(boolean passThrough, Names names, Predicate<InetSocketAddress> own) {
    /** Refuses all of them. */
    public static Unrouted refused(Names names) {
        return new Unrouted(false, names, address -> false);
    }

    boolean passes(RequestHead head) {
        return passThrough && head.absolute();
    }
}
