package dev.weft.engine.snapshot;

/**
 * One rule of a virtual host (Envoy: {@code route.v3.Route}).
 *
 * @param name as the rule's author called it, or empty
 */
public record Route(String name, Match match, Action action) {}
