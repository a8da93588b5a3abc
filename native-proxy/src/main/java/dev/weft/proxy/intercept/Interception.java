package dev.weft.proxy.intercept;

import dev.weft.proxy.address.Cidr;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What is led through the proxy.
 *
 * @param uids users whose traffic is left alone, the proxy's own among them: that is what keeps it from
 *     running in circles
 * @param liveness without it, what is not closed is left alone
 * @param outbound null for connections that are left alone
 * @param inbound null for connections that are left alone
 * @param dns null for questions that are left alone
 * @param isIpv6 IPv6 too
 */
public record Interception(
        Set<Integer> uids,
        Liveness liveness,
        @Nullable Outbound outbound,
        @Nullable Inbound inbound,
        @Nullable Dns dns,
        boolean isIpv6) {
    public static final int DEFAULT_UID = 1337;

    public Interception {
        uids = sorted(uids);
        if (!uids.contains(liveness.uid())) {
            throw new IllegalArgumentException("uids: without the proxy's own, its connections would lead back to it");
        }
        for (int uid : uids) {
            if (uid < 0) {
                throw new IllegalArgumentException("uids: " + uid + " is negative");
            }
        }
        if (outbound == null && inbound == null && dns == null) {
            throw new IllegalArgumentException("nothing is to be intercepted");
        }
    }

    /** What can be led through the proxy. */
    public enum Part {
        OUTBOUND,
        INBOUND,
        DNS
    }

    /** Whether the proxy has to live for some of it. */
    public boolean isConditional() {
        return outbound != null && isOpen(Part.OUTBOUND)
                || inbound != null && isOpen(Part.INBOUND)
                || dns != null && isOpen(Part.DNS);
    }

    /** Whether it is left alone while the proxy doesn't live. */
    boolean isOpen(Part part) {
        return !liveness.closed().contains(part);
    }

    /**
     * How long the proxy is taken to live after one of its {@linkplain Heartbeat datagrams}.
     *
     * @param uid the user that it runs as
     * @param port of UDP that they are sent to, on the loopback addresses
     * @param seconds 1 to 3,600
     * @param closed what is led to it whether it lives or not
     */
    public record Liveness(int uid, int port, int seconds, Set<Part> closed) {
        public static final int DEFAULT_SECONDS = 5;

        public Liveness {
            checkedPort("liveness.port", port);
            if (seconds < 1 || seconds > 3600) {
                throw new IllegalArgumentException("liveness.seconds: " + seconds + " is not from 1 to 3600");
            }
            closed = Set.copyOf(closed);
        }
    }

    /**
     * TCP connections that processes here open, except those over the loopback interface.
     *
     * @param port of the proxy's outbound listener, on the loopback address
     * @param excludedPorts of destinations that are left alone
     * @param included destinations; empty for all
     * @param excluded destinations that are left alone
     */
    public record Outbound(int port, Set<PortRange> excludedPorts, List<Cidr> included, List<Cidr> excluded) {
        public static final int DEFAULT_PORT = 15_001;

        public Outbound {
            checkedPort("outbound.port", port);
            excludedPorts = sorted(excludedPorts);
            included = List.copyOf(included);
            excluded = List.copyOf(excluded);
        }
    }

    /**
     * TCP connections that come from other hosts to addresses of this one.
     *
     * @param port of the proxy's inbound listener, on the address that was called
     * @param ports those that are taken; empty for all
     * @param excludedPorts those that are left alone
     */
    public record Inbound(int port, Set<PortRange> ports, Set<PortRange> excludedPorts) {
        public static final int DEFAULT_PORT = 15_006;

        public Inbound {
            checkedPort("inbound.port", port);
            ports = sorted(ports);
            excludedPorts = sorted(excludedPorts);
        }
    }

    /**
     * Questions to port 53, over UDP and TCP.
     *
     * @param port of mesh DNS, on the loopback address
     * @param servers addresses of the servers whose questions are taken; empty for all
     */
    public record Dns(int port, List<Cidr> servers) {
        public Dns {
            checkedPort("dns.port", port);
            servers = List.copyOf(servers);
            for (Cidr server : servers) {
                if (server.prefix() != server.base().getAddress().length * 8) {
                    throw new IllegalArgumentException("dns.servers: " + server + " is more than one address");
                }
            }
        }
    }

    private static void checkedPort(String name, int port) {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException(name + ": " + port + " is not a port");
        }
    }

    /** In order, so that the same interception makes the same rules. */
    private static <T extends Comparable<T>> SortedSet<T> sorted(Set<T> some) {
        return Collections.unmodifiableSortedSet(new TreeSet<>(some));
    }
}
