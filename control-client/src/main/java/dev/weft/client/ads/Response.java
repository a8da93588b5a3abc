package dev.weft.client.ads;

import dev.weft.client.resource.ResourceName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A response as far as a client needs it, in either form of the protocol.
 *
 * @param version of the whole response; empty in delta
 * @param whole whether what is not in it is not there: state of the world
 */
record Response(
        String typeUrl,
        String version,
        String nonce,
        String controlPlane,
        List<Item> items,
        List<String> removed,
        List<Failure> failures,
        boolean whole) {
    /**
     * @param name empty where the resource has none
     * @param malformed why not even the name could be read; null when it could
     */
    record Item(
            String name,
            String version,
            byte[] any,
            @Nullable String malformed) {
        Item {
            name = ResourceName.canonical(name);
        }

        Item named(String other) {
            return new Item(other, version, any, malformed);
        }
    }

    /**
     * @param code a {@code google.rpc.Code}
     */
    record Failure(String name, long code, String why) {
        private static final int NOT_FOUND = 5;
        private static final int PERMISSION_DENIED = 7;
        /** Kept for as long as the name is asked for, and logged. */
        private static final int LONGEST = 1024;

        Failure {
            name = ResourceName.canonical(name);
            why = why.length() > LONGEST ? why.substring(0, LONGEST) + "..." : why;
        }

        boolean notFound() {
            return code == NOT_FOUND;
        }

        boolean denied() {
            return code == PERMISSION_DENIED;
        }
    }

    boolean readable() {
        for (Item item : items) {
            if (item.malformed() != null) {
                return false;
            }
        }
        return true;
    }
}
