package dev.weft.proxy.http1;

import java.util.function.Predicate;

/**
 * Whom a connection was meant for when it was led here. Counts for requests whose {@code Host} is no name of the mesh.
 *
 * @param service its name
 * @param port that was called
 * @param known whether a host is a name of the mesh
 */
public record Meant(String service, int port, Predicate<String> known) {}
