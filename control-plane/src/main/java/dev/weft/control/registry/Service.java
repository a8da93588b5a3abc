package dev.weft.control.registry;

import java.util.List;

/**
 * A name and who answers to it.
 *
 * @param host full name
 * @param instances by address and port
 */
public record Service(String host, String name, String namespace, List<Instance> instances) {
    public Service {
        instances = List.copyOf(instances);
    }
}
