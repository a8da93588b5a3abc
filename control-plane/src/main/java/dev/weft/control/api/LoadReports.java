package dev.weft.control.api;

import dev.weft.control.http.Response;
import dev.weft.control.registry.Registry;
import dev.weft.control.serve.Loads;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/** {@code /loads}: what clients have reported of their calls, cluster by cluster. */
final class LoadReports {
    private final Loads loads;
    private final Registry registry;
    private final Answers answers;

    LoadReports(Loads loads, Registry registry, Answers answers) {
        this.loads = loads;
        this.registry = registry;
        this.answers = answers;
    }

    List<Operation> operations() {
        return List.of(
                new Operation("GET", "/api/v1/loads", Set.of("namespace", "service", "limit", "continue"), this::list));
    }

    /** The calls to one cluster as the API shows them. */
    record View(String cluster, long dropped, String lastReport, List<Loads.Part> localities) {
        static View of(Loads.Load load) {
            return new View(load.cluster(), load.dropped(), load.last().toString(), load.localities());
        }
    }

    private void list(Call call) throws ProblemException {
        String namespace = call.parameter("namespace");
        String service = call.parameter("service");
        if ((namespace == null) != (service == null)) {
            throw new ProblemException(400, "parameters namespace and service go together");
        }
        String end = namespace == null || service == null ? "" : "|" + registry.host(service, namespace);
        answers.answer(call, () -> {
            TreeMap<String, Supplier<View>> all = new TreeMap<>();
            loads.all().stream()
                    .filter(load -> load.cluster().endsWith(end))
                    .forEach(load -> all.put(load.cluster(), () -> View.of(load)));
            return Response.json(200, Page.of(call, all));
        });
    }
}
