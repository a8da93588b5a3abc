package dev.weft.control.api;

import dev.weft.control.serve.Client;
import dev.weft.control.store.Types;
import java.util.List;
import java.util.Map;

/**
 * A connected client as the API shows it.
 *
 * @param paused {@code yes} for one that is told to be, {@code unheard} for one that is to be and doesn't listen to
 *     that, such as a client of gRPC's; else {@code no}
 */
record ClientView(
        String id,
        String service,
        String namespace,
        String agent,
        String address,
        String connectedSince,
        Map<String, Integer> subscribed,
        boolean inSync,
        String paused,
        List<Client.Refused> refused) {

    static ClientView of(Client client, boolean isToPause) {
        boolean isHeard = client.subscribed().containsKey(Types.RUNTIME);
        return new ClientView(
                client.id(),
                client.service(),
                client.namespace(),
                client.agent(),
                client.address(),
                client.connectedSince().toString(),
                client.subscribed(),
                client.isInSync(),
                isToPause ? isHeard ? "yes" : "unheard" : "no",
                client.refused());
    }
}
