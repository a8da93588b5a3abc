package dev.weft.client.resource;

import dev.weft.engine.snapshot.Domain;

/** What can be a name in a list of all names. */
final class HostNames {
    private HostNames() {}

    /** False for what stands for many names, for what says a port, and for what is no name. */
    static boolean isHost(String name) {
        try {
            Domain domain = Domain.parse(name);
            return domain.port() == 0 && !domain.wildcard();
        } catch (IllegalArgumentException strange) {
            return false;
        }
    }
}
