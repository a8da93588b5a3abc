package dev.weft.proxy.http1;

import dev.weft.proxy.listen.Names;
import java.net.InetSocketAddress;
import java.util.function.Predicate;

/**
 * What becomes of requests that the mesh doesn't lead: for hosts that it doesn't know, and for all while it is paused.
 *
 * @param passThrough whether clients that know they talk to a proxy (an absolute target) get what DNS says of the host
 * @param own whether that is an address of this proxy's, where a request would come back for ever
 */
public record Unrouted(boolean passThrough, Names names, Predicate<InetSocketAddress> own) {
    /** Refuses hosts that the mesh doesn't know. */
    public static Unrouted refused(Names names) {
        return new Unrouted(false, names, address -> false);
    }

    /** @param ours whether it is a host of the mesh, which is paused */
    boolean passes(RequestHead head, boolean ours) {
        return ours || passThrough && head.absolute();
    }
}
