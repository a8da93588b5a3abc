package dev.weft.proxy.config;

import dev.weft.proxy.listen.ProxyProtocol;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How connections are treated of which nothing but their bytes is known.
 *
 * @param application what the application speaks
 * @param sourced whether each connection from others begins with the head of the PROXY protocol
 * @param told which head of it the application gets; null for none
 * @param listeners by which it reaches services that don't speak HTTP
 * @param detectNanos for the first bytes, where they decide
 * @param idleNanos with nothing moving, where no rule says how long
 */
public record Opaque(
        Application application,
        boolean sourced,
        ProxyProtocol.@Nullable Version told,
        List<TcpListener> listeners,
        long detectNanos,
        long idleNanos) {
    public Opaque {
        listeners = List.copyOf(listeners);
    }

    /** What an application speaks. */
    public enum Application {
        HTTP,
        TCP,
        /** Either; the first bytes decide. */
        AUTO;

        /** By which the control plane knows it. */
        public String word() {
            return this == HTTP ? "http" : this == TCP ? "tcp" : "auto";
        }
    }

    /**
     * A listener for connections to one service.
     *
     * @param service its name; {@code *} for the one that the client of TLS names
     */
    public record TcpListener(InetSocketAddress address, String service, int port) {
        /** Whether the client says where it wants to go. */
        public boolean named() {
            return service.equals("*");
        }
    }
}
