package dev.weft.proxy.dns;

import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which names belong to the mesh, and where they lead. Asked by the event loop: answers at once. */
public interface MeshNames {
    /**
     * @param name lower case, without a trailing dot
     * @return null for a name that is not the mesh's
     */
    @Nullable
    Service find(String name);

    /**
     * Runs something once the names are known, or it is clear that they can't be: at once but in the first moments. Then
     * on any thread.
     */
    default void whenKnown(Runnable then) {
        then.run();
    }

    /** Whether the mesh alone knows what has this address. */
    boolean owns(InetAddress address);

    /** The full name of the service that has this virtual address. */
    @Nullable
    String nameOf(InetAddress address);

    /**
     * A service of the mesh.
     *
     * @param host its full name
     * @param addresses virtual ones
     * @param ports declared ones; empty for any
     * @param targets the instances, as far as they are known
     */
    record Service(String host, List<InetAddress> addresses, Set<Integer> ports, List<Target> targets) {
        public Service {
            addresses = List.copyOf(addresses);
            ports = Set.copyOf(ports);
            targets = List.copyOf(targets);
        }
    }

    /**
     * An instance (RFC 2782).
     *
     * @param priority the lowest is used first, to 65535
     * @param weight share among those of the same priority, to 65535
     */
    record Target(InetAddress address, int port, int priority, int weight) {
        public Target {
            if (port < 1 || port > 65_535) {
                throw new IllegalArgumentException("port " + port + " is out of range");
            }
            if (priority < 0 || priority > 65_535) {
                throw new IllegalArgumentException("priority " + priority + " is out of range");
            }
            if (weight < 0 || weight > 65_535) {
                throw new IllegalArgumentException("weight " + weight + " is out of range");
            }
        }
    }
}
