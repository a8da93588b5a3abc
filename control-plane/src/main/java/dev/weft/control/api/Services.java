package dev.weft.control.api;

import dev.weft.control.http.Response;
import dev.weft.control.registry.Registry;
import dev.weft.control.registry.Service;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code /services}: names, and who answers to them. */
final class Services {
    private static final String LIST = "/api/v1/services";

    private final Registry registry;
    private final BiFunction<String, String, List<String>> aliases;
    private final Answers answers;
    private final Watches watches;

    Services(Registry registry, BiFunction<String, String, List<String>> aliases, Answers answers, Watches watches) {
        this.registry = registry;
        this.aliases = aliases;
        this.answers = answers;
        this.watches = watches;
    }

    List<Operation> operations() {
        return List.of(
                new Operation("GET", LIST, Set.of("namespace", "limit", "continue", "watch"), this::list),
                new Operation("GET", LIST + "/{namespace}/{service}", Set.of(), this::get));
    }

    /** Services as they are watched: each is a group of its own. */
    final class Changes implements Feed {
        private final Filter filter;

        Changes(Filter filter) {
            this.filter = filter;
        }

        @Override
        public Collection<String> groups() {
            return registry.hosts();
        }

        @Override
        public Map<String, Supplier<@Nullable Item>> items(String host) {
            Service service = registry.service(host);
            return service == null || !filter.takes(service) ? Map.of() : Map.of(host, () -> Item.of(view(service)));
        }
    }

    private void list(Call call) throws ProblemException {
        Filter filter = Filter.of(call);
        if (call.isWatch()) {
            answers.run(call, () -> watches.begin(call, new Changes(filter)));
            return;
        }
        answers.answer(call, () -> {
            TreeMap<String, Supplier<ServiceView>> all = new TreeMap<>();
            registry.services().stream()
                    .filter(filter::takes)
                    .forEach(service -> all.put(service.host(), () -> view(service)));
            return Response.json(200, Page.of(call, all));
        });
    }

    private void get(Call call) {
        answers.answer(call, () -> {
            Service service = registry.service(registry.host(call.name("service"), call.name("namespace")));
            if (service == null) {
                throw new ProblemException(
                        404, "there is no service " + call.name("service") + " in " + call.name("namespace"));
            }
            return Response.json(200, view(service));
        });
    }

    private ServiceView view(Service service) {
        return ServiceView.of(service, aliases.apply(service.host(), service.namespace()));
    }
}
