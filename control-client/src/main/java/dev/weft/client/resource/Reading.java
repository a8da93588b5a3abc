package dev.weft.client.resource;

import java.util.List;
import java.util.Set;

/** What became of the bytes of a resource. */
public sealed interface Reading {
    /**
     * @param unsupported what the sender set and this client can't do, by the names of the fields
     */
    record Accepted(Resource resource, Set<String> unsupported) implements Reading {
        public Accepted {
            unsupported = Set.copyOf(unsupported);
        }
    }

    /**
     * @param reasons all of them; each names the field
     */
    record Refused(List<String> reasons) implements Reading {
        public Refused {
            reasons = List.copyOf(reasons);
        }
    }
}
