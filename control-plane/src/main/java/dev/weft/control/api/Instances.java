package dev.weft.control.api;

import dev.weft.control.http.Response;
import dev.weft.control.registry.ConflictException;
import dev.weft.control.registry.Entry;
import dev.weft.control.registry.HealthCheck;
import dev.weft.control.registry.Instance;
import dev.weft.control.registry.Overlay;
import dev.weft.control.registry.Registration;
import dev.weft.control.registry.Registry;
import dev.weft.control.registry.Service;
import dev.weft.control.registry.State;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code /instances}: who has registered, and how it is. */
final class Instances {
    private static final String LIST = "/api/v1/instances";
    private static final String ONE = LIST + "/{namespace}/{service}/{endpoint}";

    /** What stands after a host sorts behind all that {@link #order} puts there, and before every other host. */
    private static final String AFTER_ALL = "!";

    private static final Duration DEFAULT_TTL = Duration.ofSeconds(30);
    private static final List<State> ALL = List.of(State.values());
    private static final List<State> STRICT = List.of(State.DRAINING, State.DOWN);

    private final Registry registry;
    private final Answers answers;
    private final Watches watches;
    private final Consumer<Runnable> whenKept;
    private final Supplier<@Nullable String> away;

    /**
     * @param whenKept runs a task when the registry as it is now outlives this process
     * @param away why nothing can be changed now; null when it can
     */
    Instances(
            Registry registry,
            Answers answers,
            Watches watches,
            Consumer<Runnable> whenKept,
            Supplier<@Nullable String> away) {
        this.whenKept = whenKept;
        this.away = away;
        this.registry = registry;
        this.answers = answers;
        this.watches = watches;
    }

    List<Operation> operations() {
        return List.of(
                new Operation(
                        "GET", LIST, Set.of("namespace", "service", "state", "limit", "continue", "watch"), this::list),
                new Operation("GET", ONE, Set.of(), this::get),
                new Operation("PUT", ONE, Set.of(), this::put),
                new Operation("PATCH", ONE, Set.of(), this::patch),
                new Operation("DELETE", ONE, Set.of(), this::delete),
                new Operation("POST", ONE + "/renew", Set.of(), this::renew));
    }

    /** Instances as they are watched: those of a service are a group. */
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
            Map<String, Supplier<@Nullable Item>> items = new LinkedHashMap<>();
            if (service != null && filter.takes(service)) {
                service.instances().stream()
                        .filter(filter::takes)
                        .forEach(instance -> items.put(path(instance), () -> item(instance.key())));
            }
            return items;
        }

        /** How much is left of a lease makes no other version. */
        private @Nullable Item item(Instance.Key key) {
            Entry entry = registry.entry(key);
            if (entry == null || !filter.takes(entry.instance())) {
                return null;
            }
            InstanceView view = InstanceView.of(entry);
            return new Item(view.etag(), view);
        }
    }

    private void list(Call call) throws ProblemException {
        Filter filter = Filter.of(call);
        if (call.isWatch()) {
            answers.run(call, () -> watches.begin(call, new Changes(filter)));
            return;
        }
        answers.answer(call, () -> {
            String after = Page.after(call);
            Iterator<Map.Entry<String, Supplier<InstanceView>>> all = registry.hosts().stream()
                    .filter(host -> after == null || after.compareTo(host + AFTER_ALL) < 0)
                    .flatMap(host -> ordered(host, filter).entrySet().stream())
                    .iterator();
            return Response.json(200, Page.of(call, all));
        });
    }

    /** Made host by host as a page needs them, because all of them are many. */
    private TreeMap<String, Supplier<InstanceView>> ordered(String host, Filter filter) {
        TreeMap<String, Supplier<InstanceView>> all = new TreeMap<>();
        Service service = registry.service(host);
        if (service != null && filter.takes(service)) {
            registry.entries(host).stream()
                    .filter(entry -> filter.takes(entry.instance()))
                    .forEach(entry -> all.put(order(entry.instance()), () -> InstanceView.of(entry)));
        }
        return all;
    }

    private static String order(Instance i) {
        String port = Integer.toString(i.port());
        return i.host() + " " + i.address() + " " + "0".repeat(5 - port.length()) + port;
    }

    /** An instance's own place below {@code /instances}. */
    private static String path(Instance i) {
        return i.namespace() + "/" + i.service() + "/" + i.key();
    }

    private void get(Call call) throws ProblemException {
        Instance.Key key = key(call);
        answers.answer(call, () -> shown(200, found(registry.entry(key))));
    }

    private void put(Call call) throws ProblemException {
        Instance.Key key = key(call);
        JsonFields fields = JsonFields.of(call.request(), "application/json");
        State state = fields.word("state", State.class, ALL);
        Map<String, String> labels = new HashMap<>();
        fields.texts("labels", false).forEach((name, value) -> labels.put(name, String.valueOf(value)));
        HealthCheck check = CheckBody.read(fields);
        if (check != null && state != null) {
            fields.wrong("state", "can't stand beside a check, which finds it out");
        }
        String version = fields.text("version", "");
        if (!version.isEmpty() && labels.put("version", version) != null) {
            fields.wrong("version", "stands among the labels too");
        }
        Registration asked = new Registration(
                call.name("service"),
                call.name("namespace"),
                key.address(),
                key.port(),
                fields.text("protocol", "http"),
                labels,
                fields.text("region", ""),
                fields.text("zone", ""),
                fields.integer("weight", 1),
                state != null ? state : check == null ? State.UP : State.STARTING,
                fields.duration("ttl", DEFAULT_TTL),
                check);
        asked.check(fields::wrong);
        fields.end();
        keep(call, () -> {
            checkStore();
            Entry before = registry.entry(key);
            Etag.check(call.request(), before == null ? null : InstanceView.version(before));
            try {
                return shown(before == null ? 201 : 200, registry.put(asked));
            } catch (ConflictException e) {
                throw new ProblemException(409, String.valueOf(e.getMessage()));
            }
        });
    }

    private void renew(Call call) throws ProblemException {
        Instance.Key key = key(call);
        State state = null;
        if (call.request().body().length > 0) {
            JsonFields fields = JsonFields.of(call.request(), "application/json");
            state = fields.word("state", State.class, ALL);
            fields.end();
        }
        State reported = state;
        Answers.Making making = () -> {
            try {
                return shown(200, found(registry.renew(key, reported)));
            } catch (ConflictException e) {
                throw new ProblemException(409, String.valueOf(e.getMessage()));
            }
        };
        if (reported == null) {
            answers.answer(call, making);
        } else {
            keep(call, making);
        }
    }

    /** A merge patch (RFC 7396) of the operator's word: null takes back what was said. */
    private void patch(Call call) throws ProblemException {
        Instance.Key key = key(call);
        JsonFields fields = JsonFields.of(call.request(), "application/merge-patch+json", "application/json");
        State state = fields.word("state", State.class, STRICT);
        int weight = fields.integer("weight", 1);
        Registration.checkWeight(weight, fields::wrong);
        boolean hasState = fields.has("state");
        boolean hasWeight = fields.has("weight");
        boolean forgetsWeight = fields.isNull("weight");
        boolean forgetsLabels = fields.has("labels") && fields.isNull("labels");
        Map<String, @Nullable String> labels = fields.texts("labels", true);
        Map<String, String> given = new HashMap<>();
        labels.forEach((name, value) -> {
            if (value != null) {
                given.put(name, value);
            }
        });
        Registration.checkLabels(given, fields::wrong);
        fields.end();
        keep(call, () -> {
            checkStore();
            Entry entry = found(registry.entry(key));
            Etag.check(call.request(), InstanceView.version(entry));
            Overlay before = entry.overlay();
            Map<String, String> merged = new HashMap<>(forgetsLabels ? Map.of() : before.labels());
            merged.keySet().removeAll(labels.keySet());
            merged.putAll(given);
            Registration.checkLabels(merged, fields::wrong);
            fields.end();
            return shown(
                    200,
                    found(registry.overlay(
                            key,
                            new Overlay(
                                    hasState ? state : before.state(),
                                    hasWeight ? (forgetsWeight ? null : Integer.valueOf(weight)) : before.weight(),
                                    merged))));
        });
    }

    private void delete(Call call) throws ProblemException {
        Instance.Key key = key(call);
        keep(call, () -> {
            checkStore();
            Entry entry = found(registry.entry(key));
            Etag.check(call.request(), InstanceView.version(entry));
            try {
                registry.remove(key);
            } catch (ConflictException e) {
                throw new ProblemException(409, String.valueOf(e.getMessage()));
            }
            return Response.empty(204);
        });
    }

    /** Answers when what was changed outlives this process: who is told so may rely on it. */
    private void keep(Call call, Answers.Making making) {
        answers.run(call, () -> {
            Response made = making.make();
            whenKept.accept(() -> call.exchange().answer(made));
        });
    }

    /** A renewal changes nothing: it counts also while the store is away. */
    private void checkStore() throws ProblemException {
        String why = away.get();
        if (why != null) {
            throw new ProblemException(503, "it can't be done now: " + why);
        }
    }

    private static Response shown(int status, Entry entry) {
        InstanceView view = InstanceView.of(entry);
        Response response = Response.json(status, view).with("ETag", Etag.quoted(view.etag()));
        return status == 201 ? response.with("Location", LIST + "/" + path(entry.instance())) : response;
    }

    private static Entry found(@Nullable Entry entry) throws ProblemException {
        if (entry == null) {
            throw new ProblemException(404, "there is no such instance; it must register");
        }
        return entry;
    }

    /** {@code address:port}, an IPv6 address in brackets. */
    private Instance.Key key(Call call) throws ProblemException {
        String endpoint = call.name("endpoint");
        int colon = endpoint.lastIndexOf(':');
        String port = endpoint.substring(colon + 1);
        String address = colon < 1 ? "" : endpoint.substring(0, colon);
        boolean isBracketed = address.startsWith("[") && address.endsWith("]");
        String bare = isBracketed ? address.substring(1, address.length() - 1) : address;
        String canonical = Registration.canonical(bare);
        if (canonical == null || isBracketed != bare.contains(":") || !port.matches("[0-9]{1,5}")) {
            throw new ProblemException(400, "'" + endpoint + "' is not ADDRESS:PORT with an IP address");
        }
        return new Instance.Key(
                registry.host(call.name("service"), call.name("namespace")), canonical, Integer.parseInt(port));
    }
}
