package dev.weft.control.store;

import java.util.Map;

/** What stands behind one name and is not the same for all clients: it depends on their labels. */
@FunctionalInterface
public interface Variants {
    /** As a client with these labels sees it. */
    Resource of(Map<String, String> labels);
}
