package dev.weft.control.api;

import dev.weft.control.http.Response;
import dev.weft.control.serve.AdsService;
import dev.weft.control.serve.Client;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.Supplier;

/** {@code /clients}: who is connected, whether it is in sync, and what it has refused. */
final class Clients {
    private final AdsService clients;
    private final BiPredicate<String, String> isPaused;
    private final Answers answers;

    /** @param isPaused whether the agents of a service, after its namespace, are to be paused */
    Clients(AdsService clients, BiPredicate<String, String> isPaused, Answers answers) {
        this.clients = clients;
        this.isPaused = isPaused;
        this.answers = answers;
    }

    List<Operation> operations() {
        return List.of(new Operation("GET", "/api/v1/clients", Set.of("limit", "continue"), this::list));
    }

    private ClientView view(Client client) {
        return ClientView.of(client, isPaused.test(client.namespace(), client.service()));
    }

    private void list(Call call) {
        answers.answer(call, () -> {
            TreeMap<String, Supplier<ClientView>> all = new TreeMap<>();
            clients.clients().forEach(client -> all.put(client.id() + " " + client.address(), () -> view(client)));
            return Response.json(200, Page.of(call, all));
        });
    }
}
