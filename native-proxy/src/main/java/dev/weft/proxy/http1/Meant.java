package dev.weft.proxy.http1;

import java.net.InetSocketAddress;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Whom a connection was meant for when it was led here. Counts for requests whose {@code Host} is no name of the mesh.
 *
 * @param service its name
 * @param port that was called
 * @param known whether a host is a name of the mesh
 * @param to where it was going; null where that is an address that the mesh alone knows
 */
public record Meant(
        String service,
        int port,
        Predicate<String> known,
        @Nullable InetSocketAddress to) {}
