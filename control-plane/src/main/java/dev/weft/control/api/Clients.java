package dev.weft.control.api;

import dev.weft.control.http.Response;
import dev.weft.control.serve.AdsService;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/** {@code /clients}: who is connected, whether it is in sync, and what it has refused. */
final class Clients {
    private final AdsService clients;
    private final Answers answers;

    Clients(AdsService clients, Answers answers) {
        this.clients = clients;
        this.answers = answers;
    }

    List<Operation> operations() {
        return List.of(new Operation("GET", "/api/v1/clients", Set.of("limit", "continue"), this::list));
    }

    private void list(Call call) {
        answers.answer(call, () -> {
            TreeMap<String, Supplier<ClientView>> all = new TreeMap<>();
            clients.clients()
                    .forEach(client -> all.put(client.id() + " " + client.address(), () -> ClientView.of(client)));
            return Response.json(200, Page.of(call, all));
        });
    }
}
