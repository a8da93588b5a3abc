package dev.weft.client.warm;

import java.util.Set;

/** What the application calls. */
@FunctionalInterface
public interface Usage {
    /** Clusters to which something was sent, or is under way, since this was asked last. */
    Set<String> take();
}
