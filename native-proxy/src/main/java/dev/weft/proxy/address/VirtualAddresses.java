package dev.weft.proxy.address;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Gives each service an address of its own, by which the outbound listener tells which service a
 * connection is meant for.
 *
 * <p>The first guess is a hash of the name, so that a proxy that starts again mostly gives the same
 * addresses; what is given stays as long as the service does. The address of a service that left is
 * kept from others for ten minutes, because clients may still hold it.
 *
 * <p>{@link #assign} is for one thread; everybody may look up.
 */
public final class VirtualAddresses {
    /** Nothing routes there: reserved (RFC 1112, section 4), and used for this by Istio too. */
    public static final Cidr DEFAULT_IPV4 = Cidr.parse("240.240.0.0/16");

    private static final long KEPT_NANOS = 600_000_000_000L;
    private static final int MOST = 1 << 24;

    private final List<Cidr> ranges;
    private final int size;
    private final Map<String, Integer> slots = new HashMap<>();
    private final Map<Integer, String> owners = new HashMap<>();
    private final Map<String, Long> left = new HashMap<>();
    private volatile Map<InetAddress, String> services = Map.of();

    /**
     * @param ipv6 null for services that have addresses of IPv4 alone
     */
    public VirtualAddresses(Cidr ipv4, @Nullable Cidr ipv6) {
        if (!ipv4.isIpv4() || ipv4.prefix() > 24) {
            throw new IllegalArgumentException(
                    "range of virtual addresses: " + ipv4 + " is not an IPv4 range of /24 or" + " larger");
        }
        if (ipv6 != null && (ipv6.isIpv4() || ipv6.prefix() > 104)) {
            throw new IllegalArgumentException(
                    "range of virtual addresses: " + ipv6 + " is not an IPv6 range of /104 or" + " larger");
        }
        ranges = ipv6 == null ? List.of(ipv4) : List.of(ipv4, ipv6);
        size = (int) Math.min(MOST, 1L << (32 - ipv4.prefix()));
    }

    /**
     * @param names full names of all services there are
     * @return their addresses, IPv4 first; a service for which there is no room is missing
     */
    public Map<String, List<InetAddress>> assign(Collection<String> names, long now) {
        var wanted = new TreeSet<>(names); // in order, so that the same names get the same addresses
        for (String name : slots.keySet()) {
            if (!wanted.contains(name)) {
                left.putIfAbsent(name, now);
            }
        }
        left.keySet().removeAll(wanted);
        left.forEach((name, since) -> {
            Integer slot = now - since >= KEPT_NANOS ? slots.remove(name) : null;
            if (slot != null) {
                owners.remove(slot);
            }
        });
        left.keySet().retainAll(slots.keySet());

        Map<String, List<InetAddress>> given = new HashMap<>();
        Map<InetAddress, String> reverse = new HashMap<>();
        for (String name : wanted) {
            int slot = slot(name);
            if (slot < 0) {
                continue;
            }
            List<InetAddress> addresses = new ArrayList<>(2);
            for (Cidr range : ranges) {
                InetAddress address = range.at(slot);
                addresses.add(address);
                reverse.put(address, name);
            }
            given.put(name, List.copyOf(addresses));
        }
        services = Map.copyOf(reverse);
        return given;
    }

    private int slot(String name) {
        Integer known = slots.get(name);
        if (known != null) {
            return known;
        }
        int hash = hash(name);
        for (int i = 0; i < size; i++) {
            int slot = Math.floorMod(hash + i, size);
            int last = slot & 0xFF;
            // Some software takes these for addresses of networks.
            if (last != 0 && last != 255 && owners.putIfAbsent(slot, name) == null) {
                slots.put(name, slot);
                return slot;
            }
        }
        return -1;
    }

    /** FNV-1a. */
    private static int hash(String name) {
        int hash = 0x811C9DC5;
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ b & 0xFF) * 0x01000193;
        }
        return hash ^ hash >>> 16;
    }

    /** The service that has this address now. */
    public @Nullable String service(InetAddress address) {
        return services.get(address);
    }

    /** Whether it is an address that a service could have. */
    public boolean owns(InetAddress address) {
        for (Cidr range : ranges) {
            if (range.contains(address)) {
                return true;
            }
        }
        return false;
    }
}
