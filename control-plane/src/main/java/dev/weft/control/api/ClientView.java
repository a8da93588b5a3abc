package dev.weft.control.api;

import dev.weft.control.serve.Client;
import java.util.List;
import java.util.Map;

/** A connected client as the API shows it. */
record ClientView(
        String id,
        String service,
        String namespace,
        String agent,
        String address,
        String connectedSince,
        Map<String, Integer> subscribed,
        boolean inSync,
        List<Client.Refused> refused) {

    static ClientView of(Client client) {
        return new ClientView(
                client.id(),
                client.service(),
                client.namespace(),
                client.agent(),
                client.address(),
                client.connectedSince().toString(),
                client.subscribed(),
                client.isInSync(),
                client.refused());
    }
}
