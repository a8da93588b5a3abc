package dev.weft.client.warm;

import dev.weft.client.ads.Ending;
import dev.weft.client.ads.Receiver;
import dev.weft.client.ads.Session;
import dev.weft.client.ads.Step;
import dev.weft.client.bootstrap.Profile;
import dev.weft.client.register.Registrations;
import dev.weft.client.report.Log;
import dev.weft.client.report.Status;
import dev.weft.client.resource.Resource;
import dev.weft.client.resource.ResourceReader;
import dev.weft.client.resource.ResourceType;
import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.call.Answer;
import dev.weft.engine.call.Question.Warm;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.Directory;
import dev.weft.engine.snapshot.Directory.State;
import dev.weft.engine.snapshot.Home;
import dev.weft.engine.snapshot.Snapshot;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The whole client as a state machine. It is told what happened, with a time, and asked by
 * {@link #next} what to do. Not thread-safe.
 */
public final class ControlCore implements Receiver {
    private static final long SECOND = 1_000_000_000L;
    private static final long DIRECTORY_LIMIT = 5 * SECOND;
    private static final long SAVE_DELAY = SECOND;

    // What an earlier run left may name endpoints that are long gone. It is for want of a control plane: one that
    // is there is heard first, until it pauses.
    private static final long HELD_LIMIT = 2 * SECOND;
    private static final long QUIET = SECOND / 5;

    /** So often it is looked whether a certificate is there that a cluster was refused for want of. */
    private static final long LOOK = 5 * SECOND;

    private final Profile profile;
    private final String namespace;
    /** With the control planes of the mesh. */
    private final Session session;

    private final Sessions sessions;
    private final Store store;
    private final Tree tree;
    private final Listing listing;
    private final ColdNames cold = new ColdNames();
    private final Offers offers = new Offers();
    private final Following following;
    private final Registrations registrations = new Registrations();
    private final Log log;
    private final Consumer<Snapshot> publish;
    private final Deque<Work> work = new ArrayDeque<>();
    private final Set<String> resolving = new HashSet<>();
    /** What was subscribed to last. */
    private final Map<ResourceType, Collection<String>> needed = new EnumMap<>(ResourceType.class);

    private @Nullable Pausing pausing;
    private Snapshot published = Snapshot.EMPTY;
    private int publications;
    private Directory directory = Directory.PENDING;
    private long directoryUntil = Long.MAX_VALUE;
    private String lastError = "";
    private boolean reported;
    private boolean reportedBusy;
    /** Lines of which it was said that nobody is there. */
    private final Set<Integer> reportedBeside = new HashSet<>();

    /** The last that was said of a message that is too large; it comes with each stream. */
    private String oversized = "";

    private long saveAt = Long.MAX_VALUE;
    private long lookAt = Long.MAX_VALUE;
    /** What an earlier run left is not used before this; MAX_VALUE once it is, or where there is none. */
    private long heldUntil = Long.MAX_VALUE;

    private long heldAtMost;
    private long now;

    /** Clusters whose load is to be reported, with the names of their endpoints. */
    private Map<String, String> reporting = Map.of();

    /**
     * @param namespace whose directory is asked for
     * @param home where this workload is; null where its zone makes no difference
     * @param authorities of names, each with the line on which its servers are: 0 for those of the mesh (gRFC A47)
     * @param publish gets each new snapshot
     */
    public ControlCore(
            Profile profile,
            Map<String, Integer> authorities,
            String namespace,
            @Nullable Home home,
            ResourceReader reader,
            RandomSource random,
            Log log,
            Usage usage,
            Consumer<Snapshot> publish,
            long now) {
        this.profile = profile;
        this.namespace = namespace;
        this.store = new Store(reader);
        this.tree = new Tree(store, home);
        this.listing = new Listing(store, profile.directory(), namespace);
        this.following = new Following(tree, usage);
        this.log = log;
        this.publish = publish;
        this.session = new Session(profile, this, random, now);
        this.sessions = new Sessions(session, authorities, line -> {
            var receiver = new Sessions.Beside(this, () -> lacking(line));
            return Session.beside(profile, receiver, random, this.now);
        });
        this.now = now;
        if (profile.directory() != ResourceType.LISTENER) {
            session.want(profile.directory(), List.of(namespace), now);
        }
    }

    /**
     * Follows whether this workload is paused, where the control plane can say so.
     *
     * @param name of the resource that says it
     * @param told each change
     */
    public void followPause(String name, Consumer<Boolean> told) {
        if (profile.pauses()) {
            pausing = new Pausing(name, told, log);
            session.want(ResourceType.RUNTIME, List.of(name), now);
        }
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
        last.wanted().forEach(listener -> following.use(listener, now));
        for (var entry : last.entries()) {
            boolean names = entry.type() == ResourceType.DIRECTORY || entry.type() == ResourceType.NAME_TABLE;
            if (names && (entry.type() != profile.directory() || !listing.has(entry.name()))) {
                continue;
            }
            if (entry.type() == ResourceType.RUNTIME
                    && (pausing == null || !pausing.name().equals(entry.name()))) {
                continue;
            }
            if (offered(entry.type())) {
                offers.put(entry.type(), entry.name(), entry.version(), entry.any());
            }
            if (store.put(entry.type(), entry.name(), entry.version(), entry.any())
                    .errors()
                    .isEmpty()) {
                sessions.known(entry.type(), entry.name(), entry.version());
                pause(entry.type(), entry.name());
            }
        }
        if (profile.directory() == ResourceType.LISTENER) {
            var names = offers.directory();
            directory = names.isEmpty() ? directory : new Directory(State.KNOWN, names);
        } else {
            listing.changed();
            list();
        }
        heldAtMost = now + HELD_LIMIT;
        heldUntil = heldAtMost;
        settle();
        releaseIfPaused();
        saveAt = Long.MAX_VALUE;
    }

    /** Calls pass, and nothing of it can be stale for them: all that counts is what must be secured. */
    private void releaseIfPaused() {
        if (pausing != null && pausing.paused()) {
            release("in force because calls pass");
        }
    }

    private void pause(ResourceType type, String name) {
        if (pausing != null && store.get(type, name) instanceof Resource.Runtime runtime) {
            pausing.take(runtime);
        }
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

    /** How many control planes there are to choose from on a line. */
    public void servers(int line, int count) {
        sessions.at(line).servers(count);
    }

    /**
     * @param line of {@link Work.Stream}; the same goes for the others
     * @param node the encoded node of this workload
     * @param features of the server
     */
    public void opened(int line, byte[] node, Set<String> features, long now) {
        this.now = now;
        sessions.at(line).opened(node, features, now);
        if (line == 0) {
            heard();
        }
    }

    public void received(int line, byte[] message, long now) {
        this.now = now;
        if (line > 0) {
            var other = sessions.at(line);
            other.received(message, now);
            if (other.answered() && reportedBeside.remove(line)) {
                log.info("the servers of " + sessions.authorities(line) + " answer again");
            }
            return;
        }
        boolean before = session.answered();
        session.received(message, now);
        heard();
        if (!before && session.answered()) {
            log.info("connected to control plane " + session.controlPlane());
            reported = false;
            reportedBusy = false;
            lastError = "";
        }
    }

    public void closed(int line, Ending ending, String why, long now) {
        this.now = now;
        if (line > 0) {
            sessions.at(line).closed(ending, now);
            lostBeside(line, why);
            return;
        }
        String awaited = session.awaiting();
        session.closed(ending, now);
        if (ending == Ending.OVERSIZED) {
            oversized(awaited);
        } else if (ending == Ending.BUSY && !session.tries(now)) {
            busy(why);
        } else {
            lost(why);
        }
    }

    /** What hangs on the servers of another authority and is not here fails for the moment; all else is as it was. */
    private void lostBeside(int line, String why) {
        String what = "no server of " + sessions.authorities(line) + ": " + why;
        if (sessions.at(line).tries(now)) {
            log.warn(what + "; trying the next one");
            return;
        }
        if (reportedBeside.add(line)) {
            log.warn(what + "; what is known stays in force");
        }
        needed.forEach((type, names) -> names.forEach(name -> {
            if (sessions.line(name) == line) {
                store.failing(type, name, what);
            }
        }));
        settle();
    }

    /** Nothing is wrong: there are many who connect at this moment. */
    private void busy(String why) {
        lastError = why;
        if (!reportedBusy) {
            reportedBusy = true;
            log.info("the control plane is busy (" + why + ") and is asked again in a while");
        }
    }

    private void oversized(String awaited) {
        String why = "a response" + (awaited.isEmpty() ? "" : " (while waiting for " + awaited + ")")
                + " is larger than " + (profile.largestMessage() >> 20)
                + " MiB, the most that is taken from a control plane of the profile "
                + profile.name().toLowerCase(Locale.ROOT).replace('_', '-');
        lastError = why;
        if (!why.equals(oversized)) {
            oversized = why;
            log.warn("control plane: " + why + "; what is known stays in force");
        }
        release("in force without what is too large");
        failDirectory(why);
    }

    private void lost(String why) {
        if (session.tries(now)) {
            lastError = why;
            log.warn("control plane: " + why + "; trying the next one");
        } else {
            lostStream(why);
        }
    }

    /** What became of looking for the preferred control plane. */
    public void probed(int line, boolean there, long now) {
        this.now = now;
        sessions.at(line).probed(there, now);
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
        if (undecided() && !known(question) && resolving.add(question.host())) {
            work.add(new Work.Resolve(question.host()));
        }
        sessions.lacks(now);
    }

    /** Whether DNS has no say in it: it can't be made without us, or the last-known-good lists it. */
    private boolean known(Warm question) {
        return question.known() || directory.names().containsKey(question.host());
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
            cold.pass(host, this::known);
        }
    }

    public void register(String service, int port, String protocol, Map<String, String> labels, long now) {
        this.now = now;
        if (!profile.registers()) {
            return;
        }
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
        sessions.end();
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
        if (following.changed()) { // once for all that was asked since
            settle();
        }
        if (!cold.isEmpty() && now >= cold.wakeAt()) {
            answer();
        }
        if (now >= following.wakeAt()) {
            dropIdle();
        }
        if (now >= lookAt) {
            lookAgain();
        }
        if (lookAt == Long.MAX_VALUE && !store.waiting(ResourceType.CLUSTER).isEmpty()) {
            lookAt = now + LOOK;
        }
        if (now >= saveAt) {
            saveAt = Long.MAX_VALUE;
            save();
        }
        var waiting = work.poll();
        if (waiting != null) {
            return waiting;
        }
        var stream = sessions.next(now);
        if (stream != null && stream.step() instanceof Step.Disconnect disconnect && disconnect.failure()) {
            if (stream.line() == 0) {
                lost(disconnect.why());
            } else {
                lostBeside(stream.line(), disconnect.why());
            }
        }
        return stream;
    }

    public long wakeAt() {
        if (!work.isEmpty() || following.changed()) {
            return Long.MIN_VALUE;
        }
        long at = Math.min(Math.min(sessions.wakeAt(), heldUntil), Math.min(saveAt, cold.wakeAt()));
        at = Math.min(at, Math.min(lookAt, following.wakeAt()));
        return directory.state() == State.PENDING ? Math.min(at, directoryUntil) : at;
    }

    // ---- resources -----------------------------------------------------------------------------

    @Override
    public List<String> resource(ResourceType type, String name, String version, byte[] any) {
        if (offered(type)
                && (!offers.put(type, name, version, any)
                        || !needed.getOrDefault(type, Set.of()).contains(name))) {
            return List.of();
        }
        return take(type, name, version, any);
    }

    /** Whether resources of a type come unasked, and are read once they are needed. */
    private boolean offered(ResourceType type) {
        return type.listedWhole() && profile.whole(type);
    }

    private List<String> take(ResourceType type, String name, String version, byte[] any) {
        var outcome = store.put(type, name, version, any);
        for (String field : outcome.unsupported()) {
            log.warn("not supported by this client, left out: " + field + " (first seen in " + name + ")");
        }
        if (!outcome.errors().isEmpty()) {
            if (outcome.changed()) {
                boolean shut = store.isShut(type, name);
                boolean held = store.get(type, name) != null;
                log.warn(type + " " + name + " refused"
                        + (shut
                                ? ", its calls fail and nothing is sent in the clear: "
                                : held ? ", the last good one stays: " : ": ")
                        + String.join(", ", outcome.errors()));
                saveAt = shut ? Math.min(saveAt, now + SAVE_DELAY) : saveAt;
            }
            if (type == ResourceType.DIRECTORY || type == ResourceType.NAME_TABLE) {
                failDirectory("the directory was refused");
            }
            return outcome.errors();
        }
        if (type == ResourceType.DIRECTORY || type == ResourceType.NAME_TABLE) {
            if (outcome.changed() || directory.state() != State.KNOWN) {
                listing.changed();
            }
        } else if (store.get(type, name) instanceof Resource.Registered registered) {
            registered(name, registered);
        }
        pause(type, name);
        if (outcome.changed() && type != ResourceType.REGISTRATION) {
            saveAt = Math.min(saveAt, now + SAVE_DELAY);
        }
        return List.of();
    }

    /** Reads again what was refused for want of something that comes without the control plane. */
    private void lookAgain() {
        lookAt = Long.MAX_VALUE;
        boolean news = false;
        for (var one : store.waiting(ResourceType.CLUSTER).entrySet()) {
            String name = one.getKey();
            var was = one.getValue();
            if (take(ResourceType.CLUSTER, name, was.version(), was.any()).isEmpty()) {
                log.info(ResourceType.CLUSTER + " " + name + " is accepted: its certificates are here");
                sessions.known(ResourceType.CLUSTER, name, was.version());
                sessions.again(ResourceType.CLUSTER, name, now);
                news = true;
            }
        }
        if (news) {
            settle();
        }
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
            case DIRECTORY, NAME_TABLE -> failDirectory(why);
            case REGISTRATION -> failing(type, name, why);
            case RUNTIME -> {
                store.drop(type, name, why);
                if (pausing != null) {
                    pausing.none();
                }
                saveAt = Math.min(saveAt, now + SAVE_DELAY);
            }
            default -> {
                offers.remove(type, name);
                store.missing(type, name, why);
                saveAt = Math.min(saveAt, now + SAVE_DELAY);
            }
        }
    }

    /** Kept: a server that has lost its memory lists nothing. */
    @Override
    public void absent(ResourceType type, String name) {
        offers.remove(type, name);
        if (store.stale(type, name)) {
            log.warn(type + " " + name + " is no longer listed by the control plane; the last one stays");
            saveAt = Math.min(saveAt, now + SAVE_DELAY);
        }
    }

    @Override
    public void dropped(ResourceType type, String name, String why) {
        switch (type) {
            case DIRECTORY, NAME_TABLE, REGISTRATION, RUNTIME -> missing(type, name, why);
            default -> {
                offers.remove(type, name);
                store.drop(type, name, why);
                log.warn(type + " " + name + " is given up: " + why);
                saveAt = Math.min(saveAt, now + SAVE_DELAY);
            }
        }
    }

    @Override
    public void spoilt(ResourceType type, String name) {
        switch (type) {
            case DIRECTORY, NAME_TABLE, REGISTRATION, RUNTIME -> {} // nobody would be told of it but by silence
            default -> {
                if (store.spoil(type, name)) {
                    log.warn(type + " " + name + ": the last good one is given up, as the control plane wants it");
                    saveAt = Math.min(saveAt, now + SAVE_DELAY);
                }
            }
        }
    }

    @Override
    public boolean lacking() {
        if (directory.state() != State.KNOWN) {
            return true;
        }
        if (profile.registers() && !registrations.states().isEmpty()) {
            return true; // a port is offered, and nobody whom we talk to can say so to others
        }
        for (String listener : tree.wanted()) {
            if (!tree.liveRoutes().containsKey(listener) && tree.hopeless(listener) == null) {
                return true;
            }
        }
        return false;
    }

    /** Whether something of other authorities is needed that is not here. */
    private boolean lacking(int line) {
        for (var ofType : needed.entrySet()) {
            for (String name : ofType.getValue()) {
                if (sessions.line(name) == line && store.get(ofType.getKey(), name) == null) {
                    return true;
                }
            }
        }
        return false;
    }

    @Override
    public void failing(ResourceType type, String name, String why) {
        if (type == ResourceType.REGISTRATION) {
            if (registrations.answered(name, "refused: " + why)) {
                log.warn("registration of " + name + " refused: " + why);
            }
        } else {
            store.failing(type, name, why);
            log.warn(type + " " + name + ": " + why);
        }
    }

    @Override
    public void settled(ResourceType type) {
        if (type == ResourceType.RUNTIME) {
            releaseIfPaused();
        }
        if (type == ResourceType.LISTENER && profile.directory() == type) {
            var names = offers.directory();
            if (directory.state() != State.KNOWN || !names.equals(directory.names())) {
                directory = new Directory(State.KNOWN, names);
            }
        } else if (type == profile.directory()) {
            list();
        }
        if (type != ResourceType.REGISTRATION) {
            settle();
        }
    }

    /** Asks for what the directory consists of, and uses it once it is whole. */
    private void list() {
        session.want(profile.directory(), listing.wanted(), now);
        var names = listing.take();
        if (names != null) {
            directory = new Directory(State.KNOWN, names);
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
            boolean gone = store.hopeless(ResourceType.LISTENER, listener) != null
                    || store.isStale(ResourceType.LISTENER, listener);
            if (gone && !listed(listener)) {
                following.drop(listener);
            }
        }
        if (following.changed()) {
            tree.advance();
        }
        subscribe();
        reporting = tree.reporting();
        publish();
        answer();
    }

    /** The clusters whose load the control plane wants to be told, each with the name of its endpoints or with none. */
    public Map<String, String> reporting() {
        return reporting;
    }

    private boolean listed(String listener) {
        int colon = listener.lastIndexOf(':');
        String host = colon < 0 ? listener : listener.substring(0, colon);
        return directory.state() != State.KNOWN || directory.names().containsKey(host);
    }

    private void dropIdle() {
        // Without a control plane it could not be had again.
        var gone = following.dropIdle(session.answered(), now);
        if (!gone.isEmpty()) {
            saveAt = Math.min(saveAt, now + SAVE_DELAY);
            log.info("no longer followed, because not called for 10 minutes: " + String.join(", ", gone));
            settle();
        }
    }

    private void subscribe() {
        following.settled();
        boolean taken = false;
        for (ResourceType type : ResourceType.values()) {
            switch (type) {
                case DIRECTORY, NAME_TABLE, REGISTRATION, RUNTIME -> {}
                case LISTENER, ROUTES, CLUSTER, ENDPOINTS -> {
                    var names = tree.needed(type);
                    needed.put(type, names);
                    sessions.want(type, names, now);
                    store.retain(type, names);
                    taken |= takeOffered(type, names) | refuseUnknown(type, names);
                }
            }
        }
        if (taken) {
            tree.advance();
            subscribe();
        }
    }

    /** Nobody can be asked for a name of an authority that is not known: it fails, and nothing else does. */
    private boolean refuseUnknown(ResourceType type, Collection<String> names) {
        boolean refused = false;
        for (String name : names) {
            String why = sessions.unknown(name);
            if (why != null && store.get(type, name) == null && !store.isAbsent(type, name)) {
                store.missing(type, name, why);
                log.warn(type + " " + name + ": " + why);
                refused = true;
            }
        }
        return refused;
    }

    /** Reads what came before anyone needed it. */
    private boolean takeOffered(ResourceType type, Collection<String> names) {
        boolean taken = false;
        if (offered(type)) {
            for (String name : names) {
                var offer = offers.get(type, name);
                if (offer != null && store.unknown(type, name)) {
                    take(type, name, offer.version(), offer.any());
                    taken = true;
                }
            }
        }
        return taken;
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

    /** A cluster as it is now, whether calls go to it or not; null where it is not known. */
    public @Nullable Cluster cluster(String name) {
        return tree.liveClusters().get(name);
    }

    // ---- cold names ----------------------------------------------------------------------------

    private void answer() {
        if (!cold.isEmpty()) {
            cold.settle(this::judge, this::cause, now);
            if (following.changed()) {
                settle();
            }
        }
    }

    /** Who waits while the mesh is taken out of the way waits no longer: it goes on as whoever asks nothing. */
    private @Nullable Answer judge(Warm question) {
        var answer = judgeUnpaused(question);
        boolean inVain = answer == null || answer instanceof Answer.Failed;
        return inVain && pausing != null && pausing.paused() ? Answer.PASS : answer;
    }

    private @Nullable Answer judgeUnpaused(Warm question) {
        if (undecided()) {
            return null;
        }
        var entry = directory.names().get(question.host());
        if (entry == null || !entry.has(question.port())) {
            return Answer.READY;
        }
        String listener = listener(entry, question.port());
        if (!following.contains(listener)) {
            if (!following.hasRoom(now)) {
                return new Answer.Failed("this application uses " + Following.MOST + " services already");
            }
            saveAt = Math.min(saveAt, now + SAVE_DELAY);
        }
        following.use(listener, now);
        if (tree.liveRoutes().containsKey(listener)) {
            return Assembly.speaksFor(published, question)
                    ? Answer.READY
                    : new Answer.Failed("the routes of " + listener + " have no virtual host for " + question.host());
        }
        if (profile.portInName() && store.isAbsent(ResourceType.LISTENER, listener)) {
            // The directory names no ports: this one turns out to be none of the service's.
            return Answer.PASS;
        }
        String why = tree.hopeless(listener);
        return why == null ? null : new Answer.Failed(why);
    }

    private String listener(Directory.Entry entry, int port) {
        return entry.ports().isEmpty() && !profile.portInName() ? entry.service() : entry.service() + ":" + port;
    }

    private String cause(Warm question) {
        return session.open()
                ? "the control plane has not sent the configuration of " + question.host() + " in time"
                : "no control plane (" + lastError + ") and no configuration of " + question.host() + " from before";
    }

    // ---- to look at ----------------------------------------------------------------------------

    private void save() {
        if (directory.state() == State.KNOWN) {
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
                List.copyOf(store.unsupported()),
                registrations.states());
    }
}
