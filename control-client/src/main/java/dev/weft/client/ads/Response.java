package dev.weft.client.ads;

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
    private static final int NOT_FOUND = 5;

    /**
     * @param name empty where the resource has none
     * @param malformed why not even the name could be read; null when it could
     */
    record Item(
            String name,
            String version,
            byte[] any,
            @Nullable String malformed) {
        Item named(String other) {
            return new Item(other, version, any, malformed);
        }
    }

    record Failure(String name, boolean notFound, String why) {
        static Failure of(String name, long code, String why) {
            return new Failure(name, code == NOT_FOUND, why);
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
