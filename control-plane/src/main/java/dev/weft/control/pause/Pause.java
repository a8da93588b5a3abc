package dev.weft.control.pause;

import java.time.Instant;

/**
 * An operator's word that the calls of some services go as without the mesh.
 *
 * @param namespace {@link #ANY} for all of them
 * @param service whose agents are meant; {@link #ANY} for all of the namespace
 * @param reason for people; may be empty
 */
public record Pause(String namespace, String service, Instant since, String reason) {
    /** Stands for all. */
    public static final String ANY = "*";

    /** Whether it is for the agents of a service. */
    public boolean takes(String ofNamespace, String ofService) {
        return (namespace.equals(ANY) || namespace.equals(ofNamespace))
                && (service.equals(ANY) || service.equals(ofService));
    }

    boolean isOf(String ofNamespace, String ofService) {
        return namespace.equals(ofNamespace) && service.equals(ofService);
    }

    @Override
    public String toString() {
        return namespace + "/" + service;
    }
}
