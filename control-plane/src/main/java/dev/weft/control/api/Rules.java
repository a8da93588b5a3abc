package dev.weft.control.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.weft.control.api.RuleView.FindingView;
import dev.weft.control.http.Response;
import dev.weft.control.rule.Finding;
import dev.weft.control.rule.RuleChange;
import dev.weft.control.rule.RuleId;
import dev.weft.control.rule.RuleSet;
import dev.weft.control.rule.RuleStore;
import dev.weft.control.rule.RuleStore.Condition;
import dev.weft.control.rule.RuleVersion;
import dev.weft.control.translate.Effects;
import dev.weft.control.translate.Effects.HostChange;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code /rules}: what the operator's files and the API say, together. */
final class Rules {
    private static final String LIST = "/api/v1/rules";
    private static final String ONE = LIST + "/{kind}/{namespace}/{name}";
    private static final String[] TYPES = {"application/yaml", "application/json", "application/x-yaml", "text/yaml"};

    private final RuleStore store;
    private final Supplier<RuleSet> inForce;
    private final Function<RuleSet, List<Finding>> missing;
    private final Answers answers;
    private final Answers slow;
    private final Watches watches;

    /**
     * @param inForce the rules as they are translated, on the serial queue
     * @param missing what rules say of hosts that nobody has, on the serial queue
     * @param slow where the disk may be waited for
     */
    Rules(
            RuleStore store,
            Supplier<RuleSet> inForce,
            Function<RuleSet, List<Finding>> missing,
            Answers answers,
            Answers slow,
            Watches watches) {
        this.store = store;
        this.inForce = inForce;
        this.missing = missing;
        this.answers = answers;
        this.slow = slow;
        this.watches = watches;
    }

    List<Operation> operations() {
        return List.of(
                new Operation("GET", LIST, Set.of("limit", "continue", "watch"), this::list),
                new Operation("GET", ONE, Set.of(), this::get),
                new Operation("PUT", ONE, Set.of("dryRun"), this::put),
                new Operation("DELETE", ONE, Set.of("dryRun"), this::delete),
                new Operation("GET", LIST + "/history", Set.of("limit", "continue"), this::history),
                new Operation("POST", LIST + "/rollback", Set.of("to", "dryRun"), this::rollback),
                new Operation("DELETE", LIST + "/rollback", Set.of("dryRun"), this::release));
    }

    private record ListView(
            String version,
            List<RuleView> items,
            List<FindingView> warnings,

            @JsonProperty("continue") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String next) {}

    /**
     * What a change does, or would do.
     *
     * @param hosts that are treated differently
     * @param warnings that there were not before
     * @param resolved warnings that are gone
     */
    private record ChangeView(
            boolean dryRun,
            String action,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            RuleView rule,

            List<HostChange> hosts,
            List<FindingView> warnings,
            List<FindingView> resolved) {}

    /** Rules as they are watched: each is a group of its own, the document that counts for it. */
    final class Changes implements Feed {
        private @Nullable RuleSet seen;
        private Map<String, RuleSet.Entry> rules = Map.of();

        @Override
        public Collection<String> groups() {
            return byKey().keySet();
        }

        @Override
        public Map<String, Supplier<@Nullable Item>> items(String group) {
            RuleSet.Entry entry = byKey().get(group);
            return entry == null ? Map.of() : Map.of(group, () -> Item.of(RuleView.of(entry, true)));
        }

        /** Looked through once for each set of rules, not once for each of its documents. */
        private Map<String, RuleSet.Entry> byKey() {
            RuleSet now = inForce.get();
            if (now != seen) {
                seen = now;
                rules = Rules.byKey(now);
            }
            return rules;
        }
    }

    /** A document behind another of the same name is no rule: to delete it takes nothing out of force. */
    private static Map<String, RuleSet.Entry> byKey(RuleSet rules) {
        Map<String, RuleSet.Entry> byKey = new LinkedHashMap<>();
        rules.entries().stream()
                .filter(entry -> !entry.isShadowed())
                .forEach(entry -> byKey.merge(
                        key(entry), entry, (first, later) -> first.isRefused() && !later.isRefused() ? later : first));
        return byKey;
    }

    private static Map<String, RuleSet.Entry> byOrder(RuleSet rules) {
        TreeMap<String, RuleSet.Entry> byOrder = new TreeMap<>();
        rules.entries()
                .forEach(entry -> byOrder.put(
                        (entry.isKept() ? "1 " : "0 ")
                                + entry.file()
                                + String.format(
                                        Locale.ROOT, " %07d ", entry.origin().line())
                                + entry.name(),
                        entry));
        return byOrder;
    }

    private static String key(RuleSet.Entry entry) {
        return entry.kind().isEmpty() ? entry.file() : entry.kind() + "/" + entry.namespace() + "/" + entry.name();
    }

    private void list(Call call) throws ProblemException {
        if (call.isWatch()) {
            answers.run(call, () -> watches.begin(call, new Changes()));
            return;
        }
        answers.answer(call, () -> {
            RuleSet now = inForce.get();
            TreeMap<String, Supplier<RuleView>> all = new TreeMap<>();
            byOrder(now).forEach((order, entry) -> all.put(order, () -> RuleView.of(entry, false)));
            Page<RuleView> page = Page.of(call, all);
            return Response.json(
                    200, new ListView(now.version(), page.items(), FindingView.of(warnings(now)), page.next()));
        });
    }

    private void get(Call call) throws ProblemException {
        RuleId id = id(call);
        answers.answer(call, () -> {
            RuleSet.Entry entry = inForce.get().entry(id);
            if (entry == null) {
                throw new ProblemException(404, "there is no " + id);
            }
            Response response = call.accepts("application/yaml")
                    ? new Response(
                            200,
                            Map.of("Content-Type", "application/yaml"),
                            entry.text().getBytes(StandardCharsets.UTF_8))
                    : Response.json(200, RuleView.of(entry, true));
            return response.with("ETag", Etag.quoted(RuleStore.version(entry)));
        });
    }

    private void put(Call call) throws ProblemException {
        RuleId id = id(call);
        boolean isTrial = call.isSet("dryRun");
        Condition condition = condition(call);
        JsonFields.checkType(call.request(), TYPES);
        change(call, isTrial, () -> store.put(id, call.request().body(), condition, isTrial));
    }

    private void delete(Call call) throws ProblemException {
        RuleId id = id(call);
        boolean isTrial = call.isSet("dryRun");
        Condition condition = condition(call);
        change(call, isTrial, () -> store.delete(id, condition, isTrial));
    }

    /**
     * @param current it is in force
     * @param held it is so because an operator holds it
     */
    private record VersionView(
            long number,
            String version,
            String since,
            List<String> changes,
            int files,
            boolean current,
            boolean held) {}

    /** Newest first. */
    private void history(Call call) {
        slow.answer(call, () -> {
            List<RuleVersion> versions = store.versions();
            Long held = store.held();
            Long current = store.current();
            TreeMap<String, Supplier<VersionView>> all = new TreeMap<>();
            for (RuleVersion one : versions) {
                all.put(
                        String.format(Locale.ROOT, "%019d", Long.MAX_VALUE - one.number()),
                        () -> new VersionView(
                                one.number(),
                                one.version(),
                                one.since().toString(),
                                one.changes(),
                                one.files(),
                                current != null && one.number() == current,
                                held != null && one.number() == held));
            }
            return Response.json(200, Page.of(call, all));
        });
    }

    private void rollback(Call call) throws ProblemException {
        String to = call.parameter("to");
        if (to != null && !to.matches("[1-9][0-9]{0,17}")) {
            throw new ProblemException(400, "parameter to must be the number of a version");
        }
        if (call.request().body().length > 0) {
            throw new ProblemException(400, "a rollback has no body");
        }
        Long number = to == null ? null : Long.valueOf(to);
        boolean isTrial = call.isSet("dryRun");
        slow.run(call, () -> {
            RuleChange change = store.rollback(number, isTrial);
            if (change instanceof RuleChange.Missing) {
                throw new ProblemException(404, "there is no such version of the rules");
            }
            answer(call, change, isTrial);
        });
    }

    private void release(Call call) throws ProblemException {
        boolean isTrial = call.isSet("dryRun");
        change(call, isTrial, () -> store.release(isTrial));
    }

    /** Made where the disk may be waited for, and told where it is known who is there. */
    private void change(Call call, boolean isTrial, Supplier<RuleChange> change) {
        slow.run(call, () -> answer(call, change.get(), isTrial));
    }

    private void answer(Call call, RuleChange change, boolean isTrial) {
        answers.answer(call, () -> shown(change, isTrial));
    }

    private List<Finding> warnings(RuleSet rules) {
        List<Finding> all = new ArrayList<>(rules.warnings());
        all.addAll(missing.apply(rules));
        return all;
    }

    private static Condition condition(Call call) throws ProblemException {
        return new Condition(Etag.ifMatch(call.request()), Etag.ifAbsent(call.request()));
    }

    private static RuleId id(Call call) throws ProblemException {
        RuleId id = new RuleId(call.name("kind"), call.name("namespace"), call.name("name"));
        String wrong = id.wrong();
        if (wrong != null) {
            throw new ProblemException(400, wrong);
        }
        return id;
    }

    private Response shown(RuleChange change, boolean isTrial) {
        if (change instanceof RuleChange.Refused refused) {
            return Response.problem(422, "the rule is refused, nothing has changed", FindingView.of(refused.errors()));
        }
        if (change instanceof RuleChange.Conflict conflict) {
            return Response.problem(409, conflict.reason());
        }
        if (change instanceof RuleChange.Stale stale) {
            return Response.problem(412, stale.reason());
        }
        if (change instanceof RuleChange.Unavailable away) {
            return Response.problem(503, "it can't be done now: " + away.reason());
        }
        if (change instanceof RuleChange.Failed failed) {
            return Response.problem(500, "it can't be done, nothing has changed: " + failed.reason());
        }
        return change instanceof RuleChange.Done done
                ? shown(done, isTrial)
                : Response.problem(404, "there is no such rule");
    }

    private Response shown(RuleChange.Done done, boolean isTrial) {
        List<Finding> before = warnings(done.before());
        List<Finding> after = warnings(done.after());
        RuleSet.Entry entry = done.entry();
        Response response = Response.json(
                done.action() == RuleChange.Action.CREATED && !isTrial ? 201 : 200,
                new ChangeView(
                        isTrial,
                        done.action().name().toLowerCase(Locale.ROOT),
                        entry == null ? null : RuleView.of(entry, false),
                        Effects.between(done.before(), done.after()),
                        FindingView.of(beyond(before, after)),
                        FindingView.of(beyond(after, before))));
        return entry == null ? response : response.with("ETag", Etag.quoted(RuleStore.version(entry)));
    }

    /** What these say that the others don't, wherever it stands in its file. */
    private static List<Finding> beyond(List<Finding> others, List<Finding> these) {
        Map<String, Integer> said = new HashMap<>();
        others.forEach(other -> said.merge(words(other), 1, Integer::sum));
        return these.stream()
                .filter(one -> said.merge(words(one), -1, Integer::sum) < 0)
                .toList();
    }

    private static String words(Finding finding) {
        return finding.origin().file() + " " + finding.field() + " "
                + finding.reason().replaceAll(":[0-9]+", "");
    }
}
