package dev.weft.adapters.jdkhttp;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Addresses of endpoints under the names that the library shall see. What was made before is looked for first, by
 * slots that the newest takes: an application has few peers, and each attempt would make the same again.
 *
 * <p>A connection keeps its address as long as it is open, also when the agent has gone; so ours are told from others
 * by a table, and not by a class of ours. Static for the reason of {@link Aims}.
 */
final class Addresses {
    private static final int SLOTS = 256;
    private static final AtomicReferenceArray<@Nullable Named> MADE = new AtomicReferenceArray<>(SLOTS);
    /** With what sets connections to the same name and port, but another machine, apart. */
    private static final SideTable<String> OURS = new SideTable<>();

    private record Named(InetSocketAddress endpoint, String name, InetSocketAddress address) {}

    private Addresses() {}

    static InetSocketAddress of(InetSocketAddress endpoint, String name) {
        int hash = endpoint.hashCode();
        int slot = (hash ^ hash >>> 16) & SLOTS - 1;
        Named known = MADE.get(slot);
        if (known != null && known.endpoint == endpoint && known.name.equals(name)) {
            return known.address;
        }
        InetSocketAddress address = make(endpoint, name);
        OURS.put(address, "@" + address.getAddress().getHostAddress());
        MADE.set(slot, new Named(endpoint, name, address));
        return address;
    }

    private static InetSocketAddress make(InetSocketAddress endpoint, String name) {
        try {
            byte[] ip = endpoint.getAddress().getAddress();
            return new InetSocketAddress(InetAddress.getByAddress(name, ip), endpoint.getPort());
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("an IP address of a wrong length: " + endpoint, impossible);
        }
    }

    /** What is added to the library's key for connections to an address that was made here; null for all others. */
    static @Nullable String suffix(InetSocketAddress address) {
        return OURS.of(address);
    }
}
