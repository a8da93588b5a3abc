package dev.weft.client.resource;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
     * @param shut what takes the place of a last good one whose bytes travel in the clear, where this one asks for TLS;
     *     null where the last good one stays
     * @param waits whether nothing is wrong with it but that something isn't here which may come: a certificate
     */
    record Refused(List<String> reasons, @Nullable Resource shut, boolean waits) implements Reading {
        public Refused {
            reasons = List.copyOf(reasons);
        }

        Refused(List<String> reasons) {
            this(reasons, null, false);
        }
    }
}
