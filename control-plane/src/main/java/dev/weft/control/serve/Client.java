package dev.weft.control.serve;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A connected client, as it is now.
 *
 * @param subscribed how many names, by type
 * @param isInSync it has taken everything it should have
 */
public record Client(
        String id,
        String service,
        String namespace,
        String agent,
        String address,
        Instant connectedSince,
        Map<String, Integer> subscribed,
        boolean isInSync,
        List<Refused> refused) {
    public Client {
        subscribed = Map.copyOf(subscribed);
        refused = List.copyOf(refused);
    }

    /** A resource that the client did not take. */
    public record Refused(String type, String name, String reason) {}
}
