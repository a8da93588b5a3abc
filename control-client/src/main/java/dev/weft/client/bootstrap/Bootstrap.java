package dev.weft.client.bootstrap;

import dev.weft.client.identity.NodeGiven;
import dev.weft.client.identity.PemCertificates;
import java.util.List;
import java.util.Map;

/**
 * A gRPC xDS bootstrap (gRFC A27 and those after it), as far as it concerns a caller by name.
 *
 * @param servers by preference, at least one
 * @param namespace from the node's metadata; empty for none
 * @param certificates of the mesh, by provider instance
 * @param authorities of names (gRFC A47), each with the servers that it has for itself; none for those of the mesh
 */
public record Bootstrap(
        Profile profile,
        List<Server> servers,
        NodeGiven node,
        String namespace,
        Map<String, PemCertificates.Files> certificates,
        Map<String, List<Server>> authorities) {
    public Bootstrap {
        authorities = Map.copyOf(authorities);
        servers = List.copyOf(servers);
        certificates = Map.copyOf(certificates);
    }

    /**
     * @throws IllegalArgumentException with everything that is wrong, in one line
     */
    public static Bootstrap read(String json) {
        return new BootstrapReader().read(json);
    }
}
