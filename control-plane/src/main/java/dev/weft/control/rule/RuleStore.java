package dev.weft.control.rule;

import dev.weft.control.keep.ChangedElsewhereException;
import dev.weft.control.keep.Documents;
import dev.weft.control.keep.StoreAwayException;
import dev.weft.control.log.Log;
import dev.weft.control.rule.RuleChange.Action;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All rules: the operator's files, and beside them those that came over the API, each a document of its
 * own, which replicas may share. Nothing is ever written into the operator's directory, and what stands
 * there wins. Safe from any thread; may wait for disk and store.
 */
public final class RuleStore {
    private static final int MAX_KEPT = 10_000;

    private final RuleDirectory files;
    private final @Nullable KeptRules kept;
    private final RuleParser parser;
    private final Log log;
    private final @Nullable RuleHistory history;
    private final @Nullable Documents documents;
    private Consumer<RuleSet> listener = rules -> {};
    private volatile @Nullable Held held;

    /** Another replica has noted a version in the place of ours. */
    private boolean isUnnoted;

    /**
     * @param documents where rules of the API are kept; null to refuse them
     */
    public RuleStore(Path root, @Nullable Documents documents, RuleParser parser, Log log) {
        this.files = new RuleDirectory(root, parser, log);
        this.documents = documents;
        this.kept = documents == null ? null : new KeptRules(documents, parser, log);
        this.history = documents == null ? null : new RuleHistory(documents, Clock.systemUTC(), log);
        this.parser = parser;
        this.log = log;
    }

    /**
     * What must hold for a change to be made.
     *
     * @param version the rule is of this version; null for any
     * @param isNew there is no such rule yet
     */
    public record Condition(@Nullable String version, boolean isNew) {
        public static final Condition NONE = new Condition(null, false);
    }

    /** A version that an operator has put back into force, whatever the files and the API say. */
    private record Held(long number, RuleSet rules) {}

    /** Reads everything for the first time. */
    public synchronized RuleSet load() {
        files.scan(Set.of());
        if (documents != null) {
            documents.changes(); // what there is at the start is all read below
        }
        if (kept != null) {
            kept.load().forEach(rule -> files.book().keep(rule.file(), rule.bytes()));
        }
        files.refresh();
        if (history != null) {
            history.load();
            Long number = history.held();
            if (number != null) {
                try {
                    held = new Held(number, history.book(number, parser).rules());
                    log.warn("rules: version " + number + " is held in force by an operator");
                } catch (IOException e) {
                    log.warn("rules: version " + number + " can't be held any longer, the rules as they stand count: "
                            + e);
                    forgetHeld(history);
                }
            }
            note();
        }
        return rules();
    }

    /** Its number may be given again, and the next start must not hold another version by it. */
    private void forgetHeld(RuleHistory all) {
        try {
            all.hold(null);
        } catch (IOException e) {
            log.warn("rules: what was held can't be forgotten, the next start tries to hold it again: " + e);
        }
    }

    private void note() {
        if (history != null) {
            isUnnoted = !history.note(files.book(), files.rules().version());
        }
    }

    /** Takes over what other replicas have changed: it is in force there already. */
    public synchronized void catchUp() {
        Set<String> changed = documents == null ? Set.of() : documents.changes();
        if (history == null || kept == null || changed.isEmpty()) {
            return;
        }
        RuleSet before = rules();
        boolean isRuleChanged = false;
        for (String name : changed) {
            RuleId id = KeptRules.id(name);
            if (id != null) {
                catchUp(kept, id);
                isRuleChanged = true;
            }
        }
        if (isRuleChanged) {
            files.refresh();
        }
        if (changed.stream().anyMatch(RuleHistory::isOf)) {
            history.load();
            follow(history, history.held());
        }
        if (isUnnoted) {
            note();
        }
        if (!rules().version().equals(before.version()) || (isRuleChanged && held == null)) {
            listener.accept(rules());
        }
    }

    private void catchUp(KeptRules all, RuleId id) {
        KeptRules.Rule now = all.now(id);
        if (now == null) {
            files.book().drop(id.file());
        } else {
            files.book().keep(now.file(), now.bytes());
        }
        log.info("rules: " + id.file() + ": " + (now == null ? "deleted" : "changed") + " at another replica");
    }

    /** What one replica holds or releases, all do. */
    private void follow(RuleHistory all, @Nullable Long number) {
        Held before = held;
        if (number == null) {
            held = null;
            if (before != null) {
                log.info("rules: version " + before.number + " is released at another replica");
            }
        } else if (before == null || before.number != number) {
            try {
                held = new Held(number, all.book(number, parser).rules());
                log.warn("rules: version " + number + " is in force again, held by an operator at another replica");
            } catch (IOException e) {
                log.warn("rules: version " + number + " is held at another replica and can't be read here: " + e);
            }
        }
    }

    /** The versions that can be put back into force, oldest first. */
    public synchronized List<RuleVersion> versions() {
        return history == null ? List.of() : history.versions();
    }

    /** The version that is held in force by an operator; null when the rules count as they stand. */
    public @Nullable Long held() {
        Held now = held; // asked from where no disk may be waited for
        return now == null ? null : now.number;
    }

    /**
     * Puts an earlier version back into force, and holds it there until {@link #release}.
     *
     * @param number null for the one before that which is in force
     * @param isTrial only say what would happen
     */
    public synchronized RuleChange rollback(@Nullable Long number, boolean isTrial) {
        catchUp();
        if (history == null) {
            return new RuleChange.Conflict("there are no earlier versions: there is no state directory");
        }
        Long to = number == null ? before(history, current()) : number;
        if (to == null || history.version(to) == null) {
            return new RuleChange.Missing();
        }
        try {
            RuleSet before = rules();
            RuleSet after = history.book(to, parser).rules();
            if (!isTrial) {
                history.hold(to);
                held = new Held(to, after);
                log.warn("rules: version " + to + " is in force again, held by an operator until it is released");
                listener.accept(after);
            }
            return new RuleChange.Done(RuleChange.Action.REPLACED, before, after, null);
        } catch (IOException e) {
            return failed(e);
        }
    }

    private static RuleChange failed(IOException failure) {
        String why = String.valueOf(failure.getMessage());
        return failure instanceof StoreAwayException
                ? new RuleChange.Unavailable(why)
                : failure instanceof ChangedElsewhereException
                        ? new RuleChange.Stale(why)
                        : new RuleChange.Failed(String.valueOf(failure));
    }

    private static @Nullable Long before(RuleHistory all, @Nullable Long current) {
        Long before = null;
        for (RuleVersion version : all.versions()) {
            before = current == null || version.number() < current ? Long.valueOf(version.number()) : before;
        }
        return before;
    }

    /** The version that is in force; null where it could not be kept. */
    public synchronized @Nullable Long current() {
        Held holding = held;
        if (history == null || holding != null) {
            return holding == null ? null : Long.valueOf(holding.number);
        }
        List<RuleVersion> all = history.versions();
        RuleVersion last = all.isEmpty() ? null : all.get(all.size() - 1);
        return last != null && last.version().equals(files.rules().version()) ? Long.valueOf(last.number()) : null;
    }

    /** The rules count again as they stand in the files and the API. */
    public synchronized RuleChange release(boolean isTrial) {
        catchUp();
        Held holding = held;
        if (history == null || holding == null) {
            return new RuleChange.Conflict("no version is held");
        }
        RuleSet before = rules();
        RuleSet after = files.rules();
        if (!isTrial) {
            try {
                history.hold(null);
            } catch (IOException e) {
                return failed(e);
            }
            log.info("rules: version " + holding.number + " is released, the rules count as they stand");
            held = null;
            listener.accept(after);
        }
        return new RuleChange.Done(RuleChange.Action.REPLACED, before, after, null);
    }

    /** @param newListener told of each new set, in order; must not block */
    public synchronized void listen(Consumer<RuleSet> newListener) {
        listener = newListener;
    }

    /** Looks at the files again; see {@link RuleDirectory#scan}. */
    public synchronized boolean scan(Set<Path> touched) {
        boolean isChanged = files.scan(touched);
        if (isChanged) {
            announce();
        }
        return isChanged;
    }

    /** What is in force. */
    public synchronized RuleSet rules() {
        Held holding = held;
        return holding == null ? files.rules() : holding.rules;
    }

    private void announce() {
        note();
        Held holding = held;
        if (holding == null) {
            listener.accept(files.rules());
        } else {
            log.warn("rules: the change has no effect: version " + holding.number + " is held by an operator");
        }
    }

    /** Version of a document's text, for {@link Condition}. */
    public static String version(RuleSet.Entry entry) {
        return RuleBook.digest(entry.text().getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Puts a rule into force instead of the one of the same name.
     *
     * @param body one YAML document (JSON is YAML too)
     * @param isTrial only say what would happen
     */
    public synchronized RuleChange put(RuleId id, byte[] body, Condition condition, boolean isTrial) {
        catchUp();
        RuleFile file = parser.parse(id.file(), body);
        List<Finding> errors = new ArrayList<>(file.errors());
        errors.addAll(identity(id, file));
        if (!errors.isEmpty()) {
            return new RuleChange.Refused(errors);
        }
        RuleChange obstacle = obstacle(id, condition, false);
        if (obstacle != null) {
            return obstacle;
        }
        RuleBook book = files.book();
        if (!book.isKept(id.file()) && book.keptSize() >= MAX_KEPT) {
            return new RuleChange.Conflict("there are " + MAX_KEPT + " rules of the API already");
        }
        RuleSet before = files.rules();
        RuleSet.Entry old = before.entry(id);
        RuleBook trial = book.copy();
        trial.keep(file, body);
        RuleSet after = trial.rules();
        RuleSet.Entry entry = after.entry(id);
        boolean isSame = old != null && entry != null && version(old).equals(version(entry)) && !old.isRefused();
        Action action = old == null ? Action.CREATED : isSame ? Action.UNCHANGED : Action.REPLACED;
        if (!isTrial && action != Action.UNCHANGED) {
            try {
                keptRules().write(id, body);
            } catch (IOException e) {
                return failed(e);
            }
            book.keep(file, body);
            publish("rules: " + id.file() + ": " + (old == null ? "in force" : "replaced"));
        }
        return new RuleChange.Done(action, before, after, entry);
    }

    /** Takes a rule out of force. */
    public synchronized RuleChange delete(RuleId id, Condition condition, boolean isTrial) {
        catchUp();
        RuleSet before = files.rules();
        if (before.entry(id) == null) {
            return new RuleChange.Missing();
        }
        RuleChange obstacle = obstacle(id, condition, files.book().isKept(id.file()));
        if (obstacle != null) {
            return obstacle;
        }
        RuleBook trial = files.book().copy();
        trial.drop(id.file());
        RuleSet after = trial.rules();
        if (!isTrial) {
            try {
                keptRules().delete(id);
            } catch (IOException e) {
                return failed(e);
            }
            files.book().drop(id.file());
            publish("rules: " + id.file() + ": deleted");
        }
        return new RuleChange.Done(Action.DELETED, before, after, null);
    }

    private void publish(String what) {
        log.info(what);
        files.refresh();
        announce();
    }

    /** @param isOurs it is ours to change, although a file of the operator's may hide it */
    private @Nullable RuleChange obstacle(RuleId id, Condition condition, boolean isOurs) {
        Held holding = held;
        if (holding != null) {
            return new RuleChange.Conflict("version " + holding.number
                    + " is held by an operator; release it first (weft rollback --release)");
        }
        RuleSet.Entry now = files.rules().entry(id);
        if (now != null && !now.isKept() && !isOurs) {
            return new RuleChange.Conflict(id + " is defined in " + now.origin() + "; change it there");
        }
        if (kept == null) {
            return new RuleChange.Conflict("rules of the API can't be kept: there is no state directory");
        }
        if (condition.isNew() && now != null) {
            return new RuleChange.Stale(id + " exists already");
        }
        String version = condition.version();
        if (version != null && (now == null || !version.equals(version(now)))) {
            return new RuleChange.Stale(id + (now == null ? " does not exist" : " has changed: it is " + version(now)));
        }
        return null;
    }

    private static List<Finding> identity(RuleId id, RuleFile file) {
        List<Finding> errors = new ArrayList<>();
        if (file.entries().size() != 1) {
            errors.add(new Finding(
                    new Origin(file.name(), 1, 1),
                    "",
                    "must hold exactly one rule, holds " + file.entries().size()));
            return errors;
        }
        RuleFile.Entry entry = file.entries().get(0);
        compare(entry, "kind", id.kind(), entry.kind(), errors);
        compare(entry, "metadata.namespace", id.namespace(), entry.namespace(), errors);
        compare(entry, "metadata.name", id.name(), entry.name(), errors);
        return errors;
    }

    private static void compare(RuleFile.Entry entry, String field, String asked, String found, List<Finding> errors) {
        if (!found.isEmpty() && !asked.equals(found)) {
            errors.add(new Finding(
                    entry.origin(), field, "is '" + found + "', but the rule was put under '" + asked + "'"));
        }
    }

    private KeptRules keptRules() {
        if (kept == null) {
            throw new IllegalStateException("without a state directory every change is refused before");
        }
        return kept;
    }
}
