package dev.weft.control.registry;

import java.util.List;

/**
 * A name and who answers to it.
 *
 * @param host full name
 * @param instances by address and port
 * @param isDeclaredOnly nobody but a rule has brought it
 */
public record Service(String host, String name, String namespace, List<Instance> instances, boolean isDeclaredOnly) {
    public Service {
        instances = List.copyOf(instances);
    }
}
