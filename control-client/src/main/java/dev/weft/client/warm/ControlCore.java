package dev.weft.client.warm;

import dev.weft.client.ads.DeltaSession;
import dev.weft.client.ads.Receiver;
import dev.weft.client.ads.Step;
import dev.weft.client.register.Registrations;
import dev.weft.client.report.Log;
import dev.weft.client.report.Status;
import dev.weft.client.resource.Resource;
import dev.weft.client.resource.ResourceReader;
import dev.weft.client.resource.ResourceType;
import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.call.Answer;
import dev.weft.engine.call.Question.Warm;
import dev.weft.engine.snapshot.Directory;
import dev.weft.engine.snapshot.Directory.State;
import dev.weft.engine.snapshot.Snapshot;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The whole client as a state machine: by-name profile over a delta session. It is told what
 * happened, with a time, and asked by {@link #next} what to do. Not thread-safe.
 */
public final class ControlCore implements Receiver {
    private static final long SECOND = 1_000_000_000L;
    private static final long DIRECTORY_LIMIT = 5 * SECOND;
    private static final long SAVE_DELAY = SECOND;

    // What an earlier run left may name endpoints that are long gone. It is for want of a control plane: one that
    // is there is heard first, until it pauses.
    private static final long HELD_LIMIT = 2 * SECOND;
    private static final long QUIET = SECOND / 5;
    /** Bounds what a client that calls random names can make the control plane do. */
    private static final int MOST_NAMES = 2000;

    private final String namespace;
    private final DeltaSession session;
    private final Store store;
    private final Tree tree;
    private final ColdNames cold = new ColdNames();
    private final Registrations registrations = new Registrations();
    private final Log log;
    private final Consumer<Snapshot> publish;
    private final Deque<Work> work = new ArrayDeque<>();
    private final TreeSet<String> unsupported = new TreeSet<>();
    private final Set<String> resolving = new HashSet<>();

    private Snapshot published = Snapshot.EMPTY;
    private int publications;
    private Directory directory = Directory.PENDING;
    private long directoryUntil = Long.MAX_VALUE;
    private String lastError = "";
    private boolean reported;
    private long saveAt = Long.MAX_VALUE;
    /** What an earlier run left is not used before this; MAX_VALUE once it is, or where there is none. */
    private long heldUntil = Long.MAX_VALUE;

    private long heldAtMost;
    private long now;

    /**
     * @param namespace whose directory is asked for
     * @param publish gets each new snapshot
     */
    public ControlCore(
            String namespace,
            ResourceReader reader,
            RandomSource random,
            Log log,
            Consumer<Snapshot> publish,
            long now) {
        this.namespace = namespace;
        this.store = new Store(reader);
        this.tree = new Tree(store);
        this.log = log;
        this.publish = publish;
        this.session = new DeltaSession(this, random, now);
        this.now = now;
        session.want(ResourceType.DIRECTORY, List.of(namespace), now);
    }

    // ---- what happened -------------------------------------------------------------------------

    /** The file of an earlier run. */
    public void restore(byte[] file, long now) {
        this.now = now;
        var last = LastKnownGood.decode(file);
        if (last == null) {
            log.warn("the last-known-good configuration is damaged and ignored");
            return;
        }
        last.wanted().forEach(tree::want);
        for (var entry : last.entries()) {
            if (entry.type() == ResourceType.DIRECTORY && !entry.name().equals(namespace)) {
                continue;
            }
            if (store.put(entry.type(), entry.name(), entry.version(), entry.any())
                    .errors()
                    .isEmpty()) {
                session.known(entry.type(), entry.name(), entry.version());
            }
        }
        if (store.get(ResourceType.DIRECTORY, namespace) instanceof Resource.Names names) {
            directory = new Directory(State.KNOWN, names.entries());
        }
        heldAtMost = now + HELD_LIMIT;
        heldUntil = heldAtMost;
        settle();
        saveAt = Long.MAX_VALUE;
    }

    private boolean held() {
        return heldUntil != Long.MAX_VALUE;
    }

    /** The control plane speaks: what it has to say first should be in before anything old is used. */
    private void heard() {
        if (held()) {
            heldUntil = Math.min(heldAtMost, now + QUIET);
        }
    }

    private void release(String why) {
        if (held()) {
            heldUntil = Long.MAX_VALUE;
            log.info("last-known-good configuration, " + why + ": "
                    + tree.liveRoutes().size() + " services of " + tree.wanted().size());
            settle();
        }
    }

    /**
     * @param node the encoded node of this workload
     */
    public void opened(byte[] node, long now) {
        this.now = now;
        session.opened(node, now);
        heard();
    }

    public void received(byte[] message, long now) {
        this.now = now;
        boolean before = session.answered();
        session.received(message, now);
        heard();
        if (!before && session.answered()) {
            log.info("connected to control plane " + session.controlPlane());
            reported = false;
            lastError = "";
        }
    }

    public void closed(String why, long now) {
        this.now = now;
        lostStream(why);
        session.closed(now);
    }

    private void lostStream(String why) {
        lastError = why;
        if (!reported) {
            reported = true;
            log.warn("no control plane: " + why + "; what is known stays in force");
        }
        release("in force for want of a control plane");
        failDirectory(why);
    }

    /** A call asks; the answer may come at once. */
    public void ask(Warm question, Consumer<Answer> answer, long now) {
        this.now = now;
        var at = judge(question);
        if (at != null) {
            answer.accept(at);
            return;
        }
        cold.add(question, answer, now);
        if (undecided() && resolving.add(question.host())) {
            work.add(new Work.Resolve(question.host()));
        }
        subscribe();
    }

    /** Whether nobody can say yet which names are ours. */
    private boolean undecided() {
        return held() || directory.state() == State.PENDING;
    }

    /** What DNS says about a host that was asked for. */
    public void resolved(String host, boolean found, long now) {
        this.now = now;
        resolving.remove(host);
        if (found && undecided()) {
            cold.pass(host);
        }
    }

    public void register(String service, int port, String protocol, Map<String, String> labels, long now) {
        this.now = now;
        session.want(ResourceType.REGISTRATION, registrations.add(service, port, protocol, labels), now);
    }

    public void deregister(String service, int port, long now) {
        this.now = now;
        session.want(ResourceType.REGISTRATION, registrations.remove(service, port), now);
    }

    /**
     * @param code 0 for ready, 14 for anything else
     */
    public void health(int code, String message) {
        session.health(code, message);
    }

    /** Ends the session and asks for a last save. */
    public void end(long now) {
        this.now = now;
        reported = true;
        session.end();
        save();
        saveAt = Long.MAX_VALUE;
    }

    // ---- what to do ----------------------------------------------------------------------------

    /** What to do now; null when there is nothing until an event or {@link #wakeAt}. Call it until then. */
    public @Nullable Work next(long now) {
        this.now = now;
        if (directoryUntil == Long.MAX_VALUE) {
            directoryUntil = now + DIRECTORY_LIMIT;
        }
        if (held() && now >= heldUntil) {
            release(session.answered() ? "brought up to date" : "in force until the control plane speaks");
        }
        if (now >= directoryUntil) {
            failDirectory("no directory within 5 s");
        }
        if (!cold.isEmpty() && now >= cold.wakeAt()) {
            answer();
        }
        if (now >= saveAt) {
            saveAt = Long.MAX_VALUE;
            save();
        }
        var waiting = work.poll();
        if (waiting != null) {
            return waiting;
        }
        var step = session.next(now);
        if (step instanceof Step.Disconnect disconnect) {
            lostStream(disconnect.why());
        }
        return step == null ? null : new Work.Stream(step);
    }

    public long wakeAt() {
        if (!work.isEmpty()) {
            return Long.MIN_VALUE;
        }
        long at = Math.min(Math.min(session.wakeAt(), heldUntil), Math.min(saveAt, cold.wakeAt()));
        return directory.state() == State.PENDING ? Math.min(at, directoryUntil) : at;
    }

    // ---- resources -----------------------------------------------------------------------------

    @Override
    public List<String> resource(ResourceType type, String name, String version, byte[] any) {
        var outcome = store.put(type, name, version, any);
        for (String field : outcome.unsupported()) {
            if (unsupported.add(field)) {
                log.warn("not supported by this client, left out: " + field + " (first seen in " + name + ")");
            }
        }
        if (!outcome.errors().isEmpty()) {
            if (outcome.changed()) {
                boolean held = store.get(type, name) != null;
                log.warn(type + " " + name + " refused" + (held ? ", the last good one stays: " : ": ")
                        + String.join(", ", outcome.errors()));
            }
            if (type == ResourceType.DIRECTORY) {
                failDirectory("the directory was refused");
            }
            return outcome.errors();
        }
        if (store.get(type, name) instanceof Resource.Names names) {
            if (outcome.changed() || directory.state() != State.KNOWN) {
                directory = new Directory(State.KNOWN, names.entries());
            }
        } else if (store.get(type, name) instanceof Resource.Registered registered) {
            registered(name, registered);
        }
        if (outcome.changed() && type != ResourceType.REGISTRATION) {
            saveAt = Math.min(saveAt, now + SAVE_DELAY);
        }
        return List.of();
    }

    private void registered(String name, Resource.Registered registered) {
        String state = registered.address() + ":" + registered.port() + " " + registered.state();
        if (registrations.answered(name, state)) {
            log.info("registered " + name + " as " + registered.host() + " at " + state);
        }
    }

    @Override
    public void missing(ResourceType type, String name, String why) {
        switch (type) {
            case DIRECTORY -> failDirectory(why);
            case REGISTRATION -> failing(type, name, why);
            default -> {
                store.missing(type, name, why);
                saveAt = Math.min(saveAt, now + SAVE_DELAY);
            }
        }
    }

    @Override
    public void failing(ResourceType type, String name, String why) {
        if (type == ResourceType.REGISTRATION) {
            if (registrations.answered(name, "refused: " + why)) {
                log.warn("registration of " + name + " refused: " + why);
            }
        } else {
            log.warn(type + " " + name + ": " + why);
        }
    }

    @Override
    public void settled(ResourceType type) {
        if (type != ResourceType.REGISTRATION) {
            settle();
        }
    }

    private void failDirectory(String why) {
        if (directory.state() == State.PENDING) {
            directory = new Directory(State.FAILED, Map.of());
            log.warn("no directory of the mesh (" + why + "): names are left to DNS until it arrives");
            settle();
        }
    }

    // ---- from resources to a snapshot ----------------------------------------------------------

    private void settle() {
        tree.advance();
        for (String listener : List.copyOf(tree.wanted())) {
            if (store.hopeless(ResourceType.LISTENER, listener) != null && !listed(listener)) {
                tree.drop(listener);
            }
        }
        subscribe();
        publish();
        answer();
    }

    private boolean listed(String listener) {
        int colon = listener.lastIndexOf(':');
        String host = colon < 0 ? listener : listener.substring(0, colon);
        return directory.state() != State.KNOWN || directory.names().containsKey(host);
    }

    private void subscribe() {
        for (ResourceType type : ResourceType.values()) {
            if (type != ResourceType.DIRECTORY && type != ResourceType.REGISTRATION) {
                var names = tree.needed(type);
                session.want(type, names, now);
                store.retain(type, names);
            }
        }
    }

    private void publish() {
        // Compared by identity: what is equal in bytes was never read again.
        if (held()) {
            return;
        }
        if (tree.takeChanged() || directory != published.directory()) {
            published = Assembly.snapshot(String.valueOf(++publications), directory, tree);
            publish.accept(published);
        }
    }

    // ---- cold names ----------------------------------------------------------------------------

    private void answer() {
        if (!cold.isEmpty()) {
            int before = tree.wanted().size();
            cold.settle(this::judge, this::cause, now);
            if (tree.wanted().size() != before) {
                subscribe();
            }
        }
    }

    private @Nullable Answer judge(Warm question) {
        if (undecided()) {
            return null;
        }
        var entry = directory.names().get(question.host());
        if (entry == null || !entry.has(question.port())) {
            return Answer.READY;
        }
        String listener = listener(entry, question.port());
        if (!tree.wanted().contains(listener)) {
            if (tree.wanted().size() >= MOST_NAMES) {
                return new Answer.Failed("this application uses " + MOST_NAMES + " services already");
            }
            tree.want(listener);
            saveAt = Math.min(saveAt, now + SAVE_DELAY);
        }
        if (tree.liveRoutes().containsKey(listener)) {
            return Assembly.speaksFor(published, question)
                    ? Answer.READY
                    : new Answer.Failed("the routes of " + listener + " have no virtual host for " + question.host());
        }
        String why = tree.hopeless(listener);
        return why == null ? null : new Answer.Failed(why);
    }

    private static String listener(Directory.Entry entry, int port) {
        return entry.ports().isEmpty() ? entry.service() : entry.service() + ":" + port;
    }

    private String cause(Warm question) {
        return session.open()
                ? "the control plane has not sent the configuration of " + question.host() + " in time"
                : "no control plane (" + lastError + ") and no configuration of " + question.host() + " from before";
    }

    // ---- to look at ----------------------------------------------------------------------------

    private void save() {
        if (store.get(ResourceType.DIRECTORY, namespace) != null) {
            work.add(new Work.Save(LastKnownGood.of(store, tree.wanted()).encode()));
        }
    }

    public Status status() {
        Map<String, Map<String, String>> resources = new HashMap<>();
        List<Status.Refused> refused = new ArrayList<>();
        store.describe(resources, refused);
        return new Status(
                session.answered(),
                session.controlPlane(),
                lastError,
                published.version(),
                resources,
                refused,
                List.copyOf(unsupported),
                registrations.states());
    }
}
