package dev.weft.control.registry;

import dev.weft.control.identity.Admission;
import dev.weft.control.identity.Shown;
import dev.weft.control.log.Log;
import dev.weft.control.queue.SerialQueue;
import dev.weft.control.registry.Entry.Term;
import dev.weft.control.registry.RegistrationName.RefusedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Every workload that has registered, kept for as long as its lease. The lease of an agent is its
 * stream: it ends a grace time after the stream, at once when the workload had said that it drains.
 * The lease of a workload without an agent is a term that must be renewed. Used from the serial queue
 * only.
 */
public final class Registry {
    private static final int MAX_TERMS = 100_000;

    private final SerialQueue queue;
    private final Log log;
    private final String domain;
    private final Graces graces;
    private final Admission admission;
    private final List<Listener> listeners = new ArrayList<>();
    private final Map<String, Shelf> services = new TreeMap<>();
    private final Terms terms;

    /** What an earlier process knew of instances that rules declare, until the rules have been read. */
    private final Map<Instance.Key, Kept> remembered = new HashMap<>();

    /** What operators have said at any replica, also of what is not known here yet. */
    private final Map<Instance.Key, Overlay> spoken = new HashMap<>();

    private @Nullable Streams streams;

    private BooleanSupplier isDeaf = () -> false;
    private Knock knock = (key, told) -> told.accept("its lease was not renewed");

    /**
     * @param domain what follows {@code SERVICE.NAMESPACE.svc.} in a full name
     */
    public Registry(SerialQueue queue, Log log, String domain, Graces graces) {
        this(queue, log, domain, graces, Admission.NAMESPACE);
    }

    /**
     * @param domain what follows {@code SERVICE.NAMESPACE.svc.} in a full name
     * @param admission who may register by a stream
     */
    public Registry(SerialQueue queue, Log log, String domain, Graces graces, Admission admission) {
        this.admission = admission;
        this.queue = queue;
        this.log = log;
        this.domain = domain;
        this.graces = graces;
        this.terms = new Terms(queue, log, Terms.Guard.DEFAULT, this::ended, () -> isDeaf.getAsBoolean());
    }

    /**
     * Hears that the instances of a service, or what is said about them, are not what they were, or that
     * the service came or went.
     */
    public interface Listener {
        void changed(String host);
    }

    public void listen(Listener listener) {
        listeners.add(listener);
    }

    /** Hears of the streams of workloads that are to be registered without asking. */
    public interface Streams {
        void began(Lease lease);

        void ended(Lease lease);
    }

    public void listen(Streams listener) {
        streams = listener;
    }

    /** The instances that one stream brings, whose client has shown no certificate. */
    public Lease lease(NodeIdentity node) {
        return lease(node, Shown.NOTHING);
    }

    /** The instances that one stream brings; ended by {@link Lease#close}. */
    public Lease lease(NodeIdentity node, Shown shown) {
        Lease lease = new Lease(this, node, shown);
        if (streams != null && node.joining().isAny()) {
            streams.began(lease);
        }
        return lease;
    }

    void ended(Lease lease) {
        if (streams != null && lease.node().joining().isAny()) {
            streams.ended(lease);
        }
    }

    public @Nullable Service service(String host) {
        Shelf shelf = services.get(host);
        return shelf == null ? null : shelf.service(host);
    }

    public List<Service> services() {
        List<Service> all = new ArrayList<>(services.size());
        services.forEach((host, shelf) -> all.add(shelf.service(host)));
        return all;
    }

    public Collection<String> hosts() {
        return List.copyOf(services.keySet());
    }

    /** Takes over what an earlier process knew, until its owners are heard of again or the grace time ends. */
    public void restore(List<Kept> instances) {
        for (Kept kept : instances) {
            if (kept.isDeclared()) {
                remembered.put(kept.own().key(), kept);
                continue;
            }
            Shelf shelf = shelf(kept.own());
            Registered entry = new Registered(kept.own(), kept.overlay(), kept.ttl(), kept.check());
            if (shelf.entries.putIfAbsent(kept.own().key(), entry) == null) {
                if (kept.ttl() == null) {
                    expire(entry, graces.restored());
                } else {
                    terms.begin(entry, kept.ttl());
                }
            }
        }
        queue.after(graces.restored(), this::forgetRemembered);
        instances.stream()
                .filter(kept -> !kept.isDeclared())
                .map(kept -> kept.own().host())
                .distinct()
                .forEach(this::changed);
        if (!instances.isEmpty()) {
            log.info("registry: restored " + instances.size() + " instances; those of agents are kept for "
                    + graces.restored().toSeconds() + " s until they register again, the others for one lease");
        }
    }

    /** What no rule has declared anew by now is nobody's, and not kept any longer. */
    private void forgetRemembered() {
        Set<String> hosts = new TreeSet<>();
        remembered.keySet().forEach(key -> hosts.add(key.host()));
        remembered.clear();
        hosts.forEach(this::changed);
    }

    /** What rules had declared of a host when an earlier process ended, as long as nobody declares it anew. */
    public List<Instance> remembered(String host) {
        return remembered.values().stream()
                .map(Kept::own)
                .filter(instance -> instance.host().equals(host))
                .toList();
    }

    /** Everything, as it must outlive the process. */
    List<Kept> kept() {
        List<Kept> all = new ArrayList<>();
        services.values().forEach(shelf -> shelf.entries.values().forEach(entry -> all.add(entry.kept())));
        return all;
    }

    /** The instances of a host, as they must outlive the process. */
    List<Kept> kept(String host) {
        Shelf shelf = services.get(host);
        return shelf == null
                ? List.of()
                : shelf.entries.values().stream().map(Registered::kept).toList();
    }

    /** Full name of a service; one with a dot is full already. */
    public String host(String service, String namespace) {
        return service.indexOf('.') >= 0 ? service : service + "." + namespace + ".svc." + domain;
    }

    /** What a service of this namespace is called: by its short name, or by its host where that is another's. */
    public String name(String host, String namespace) {
        String rest = "." + namespace + ".svc." + domain;
        String name = host.endsWith(rest) ? host.substring(0, host.length() - rest.length()) : host;
        return name.indexOf('.') >= 0 ? host : name;
    }

    /** The instances of a host as they are shown, by address and port. */
    public List<Entry> entries(String host) {
        Shelf shelf = services.get(host);
        return shelf == null
                ? List.of()
                : shelf.entries.values().stream().map(this::entry).toList();
    }

    /** Whether an instance of this host asks to be checked; told without making anything. */
    public boolean isChecked(String host) {
        Shelf shelf = services.get(host);
        if (shelf != null) {
            for (Registered entry : shelf.entries.values()) {
                if (entry.check != null) {
                    return true;
                }
            }
        }
        return false;
    }

    public @Nullable Entry entry(Instance.Key key) {
        Registered found = find(key);
        return found == null ? null : entry(found);
    }

    private Entry entry(Registered found) {
        return new Entry(
                found.instance(),
                found.own(),
                found.overlay(),
                term(found),
                found.check,
                found.isDeclared,
                found.keeper == null);
    }

    /** How much is left of a lease that another replica looks after, only that one knows. */
    private @Nullable Term term(Registered found) {
        Term known = found.ttl == null ? null : terms.term(found);
        return known == null && found.ttl != null ? new Term(found.ttl, found.ttl, false) : known;
    }

    @Nullable
    Registered find(Instance.Key key) {
        Shelf shelf = services.get(key.host());
        return shelf == null ? null : shelf.entries.get(key);
    }

    /**
     * Registers a workload without an agent, or anew what it says of itself; its lease begins.
     *
     * @param asked has been checked
     * @throws ConflictException when an agent keeps this instance, or there are too many
     */
    public Entry put(Registration asked) throws ConflictException {
        Registered before =
                find(new Instance.Key(host(asked.service(), asked.namespace()), asked.address(), asked.port()));
        boolean isCheckedAsBefore =
                before != null && asked.check() != null && asked.check().equals(before.check);
        State known = before != null && isCheckedAsBefore ? before.own().state() : null;
        Instance instance = new Instance(
                asked.service(),
                asked.namespace(),
                host(asked.service(), asked.namespace()),
                asked.address(),
                asked.port(),
                asked.protocol(),
                asked.labels(),
                asked.region(),
                asked.zone(),
                asked.weight(),
                known != null ? known : asked.state(),
                before == null || before.ttl == null
                        ? queue.now()
                        : before.own().connectedSince(),
                "",
                Set.of());
        if (before != null && (before.isAgents() || before.isDeclared)) {
            throw new ConflictException(whose(before));
        }
        if (before == null && terms.size() >= MAX_TERMS) {
            throw new ConflictException("there are " + MAX_TERMS + " instances with a lease already");
        }
        Registered entry = new Registered(
                instance, before == null ? spoken(instance.key()) : before.overlay(), asked.ttl(), asked.check());
        shelf(instance).entries.put(instance.key(), entry);
        if (before != null) {
            before.stopTimer();
            terms.end(before);
        }
        terms.begin(entry, asked.ttl());
        entry.isClaimed = before != null && before.keeper == null && before.isClaimed;
        if (before == null
                || before.keeper != null
                || !before.kept().equals(entry.kept())) { // else it is a renewal in other words
            log.info(entry + (before == null ? ": registered for " : ": registered again for ")
                    + asked.ttl().toSeconds() + " s, " + entry.instance().state() + describe(entry.instance()));
            changed(instance.host());
        }
        return entry(entry);
    }

    /**
     * A workload without an agent is still there; its lease begins anew.
     *
     * @param state how it is now; null for as before
     * @return null when there is no such instance: it must register again
     * @throws ConflictException when an agent keeps this instance, or a check finds its state out
     */
    public @Nullable Entry renew(Instance.Key key, @Nullable State state) throws ConflictException {
        Registered entry = find(key);
        if (entry == null) {
            return null;
        }
        if (entry.ttl == null) {
            throw new ConflictException(whose(entry));
        }
        if (state != null && entry.check != null) {
            throw new ConflictException(entry + " has a check, which finds its state out");
        }
        if (entry.keeper == null) {
            terms.renew(entry);
        } else {
            adopt(entry);
        }
        if (state != null) {
            set(entry, state, "");
        }
        return entry(entry);
    }

    /**
     * What a check has found.
     *
     * @param isWell this renews the lease
     * @param state how it is now; null for as before
     */
    public void checked(Instance.Key key, boolean isWell, @Nullable State state, String reason) {
        Registered entry = find(key);
        if (entry == null || entry.keeper != null) {
            return;
        }
        if (isWell) {
            terms.renew(entry);
        }
        if (state != null) {
            set(entry, state, reason);
        }
    }

    /** An operator's word about an instance; null when there is no such instance. */
    public @Nullable Entry overlay(Instance.Key key, Overlay overlay) {
        Registered entry = find(key);
        if (entry == null) {
            return null;
        }
        if (!entry.overlay().equals(overlay)) {
            boolean isSeen = entry.overlay(overlay);
            log.info(entry + ": changed by an operator: " + entry.instance().state() + ", weight "
                    + entry.instance().weight());
            changed(key.host()); // also when callers see no difference yet: it is kept, and people see it
            if (isSeen && entry.owner != null) {
                entry.owner.changed(entry);
            }
        }
        return entry(entry);
    }

    /**
     * Deregisters at once.
     *
     * @return whether there was such an instance
     * @throws ConflictException when an agent keeps this instance
     */
    public boolean remove(Instance.Key key) throws ConflictException {
        Registered entry = find(key);
        if (entry == null) {
            return false;
        }
        if (entry.isAgents() || entry.isDeclared) {
            throw new ConflictException(whose(entry) + "; drain it instead");
        }
        remove(entry, "deregistered");
        return true;
    }

    /**
     * A rule says which instances a host has, instead of what it said before. What agents and the API
     * have registered for the host stays beside them, and in their place where it is the same.
     *
     * @param instances of this host
     */
    public void declare(String host, String name, String namespace, List<Declaration> instances) {
        Shelf shelf = services.computeIfAbsent(host, h -> new Shelf(name, namespace));
        boolean isNew = !shelf.isDeclared;
        shelf.isDeclared = true;
        stopForgetting(shelf);
        Map<Instance.Key, Declaration> now = new TreeMap<>();
        instances.forEach(declaration -> now.putIfAbsent(declaration.instance().key(), declaration));
        boolean isChanged = isNew
                | shelf.entries
                        .values()
                        .removeIf(entry ->
                                entry.isDeclared && !now.containsKey(entry.own().key()));
        for (Declaration declaration : now.values()) {
            isChanged |= declare(shelf, declaration);
        }
        if (isChanged) {
            log.info("service " + host + ": declared, " + now.size() + " instances");
            changed(host);
        }
    }

    private boolean declare(Shelf shelf, Declaration asked) {
        Instance.Key key = asked.instance().key();
        Registered before = shelf.entries.get(key);
        if (before != null && !before.isDeclared) {
            return false;
        }
        Kept kept = before != null ? before.kept() : remembered.remove(key);
        boolean isCheckedAsBefore =
                kept != null && asked.check() != null && asked.check().equals(kept.check());
        Instance instance = asked.instance()
                .with(
                        kept != null && isCheckedAsBefore
                                ? kept.own().state()
                                : asked.instance().state())
                .since(kept == null ? queue.now() : kept.own().connectedSince());
        Registered entry = Registered.declared(
                new Declaration(instance, asked.check()), kept == null ? spoken(key) : kept.overlay());
        if (before != null && before.kept().equals(entry.kept())) {
            return false;
        }
        shelf.entries.put(key, entry);
        return true;
    }

    /** No rule speaks of the host any more. */
    public void undeclare(String host) {
        Shelf shelf = services.get(host);
        if (shelf == null || !shelf.isDeclared) {
            return;
        }
        shelf.isDeclared = false;
        shelf.entries.values().removeIf(entry -> entry.isDeclared);
        if (shelf.entries.isEmpty()) {
            services.remove(host);
        }
        log.info("service " + host + ": no longer declared");
        changed(host);
    }

    private static String whose(Registered entry) {
        return entry.isDeclared
                ? "a ServiceEntry declares " + entry + " and keeps it"
                : "an agent has registered " + entry + " and keeps it";
    }

    Registered register(Lease lease, Offer offer) throws RefusedException {
        RegistrationName asked = RegistrationName.parse(offer.name(), lease.node());
        String host = host(asked.service(), lease.node().namespace());
        String refusal = admission.refusal(
                new Admission.Claim(
                        asked.service(),
                        lease.node().namespace(),
                        host,
                        lease.node().account(),
                        offer.account()),
                lease.shown());
        if (refusal != null) {
            throw new RefusedException(refusal);
        }
        Instance instance = new Instance(
                asked.service(),
                lease.node().namespace(),
                host,
                lease.node().address(),
                asked.port(),
                asked.protocol(),
                asked.labels(),
                lease.node().region().isEmpty() ? offer.region() : lease.node().region(),
                lease.node().region().isEmpty() ? offer.zone() : lease.node().zone(),
                offer.weight(),
                State.STARTING,
                queue.now(),
                lease.node().id(),
                Set.of(),
                Set.copyOf(lease.shown().ids()));
        Shelf shelf = shelf(instance);
        Registered before = shelf.entries.get(instance.key());
        boolean isSame = before != null && before.own().node().equals(instance.node());
        State first = offer.isReady() ? State.UP : State.STARTING;
        State known = before != null && isSame ? before.own().state() : first;
        Health health = lease.health();
        Registered entry = new Registered(
                instance.with(health == null ? known : health.after(known)),
                before == null ? spoken(instance.key()) : isSame ? before.overlay() : Overlay.NONE,
                null,
                null);
        entry.owner = lease;
        shelf.entries.put(instance.key(), entry);
        if (before != null) {
            before.stopTimer();
            terms.end(before);
            if (before.owner != null) {
                before.owner.lost(before);
            }
        }
        log.info(entry
                + (isSame ? ": registered again, " : ": registered, ")
                + entry.instance().state()
                + describe(entry.instance()));
        changed(instance.host());
        return entry;
    }

    void health(Registered entry, Health health) {
        set(entry, health.after(entry.own().state()), health.reason());
    }

    private void set(Registered entry, State state, String reason) {
        State before = entry.own().state();
        if (before != state) {
            entry.state(state);
            log.info(entry + ": " + state + (reason.isEmpty() ? "" : " (" + reason + ")"));
            changed(entry.instance().host()); // also behind an operator's word: it is kept, and people see it
        }
    }

    void streamLost(Registered entry) {
        entry.owner = null;
        if (entry.own().state() == State.DRAINING) {
            remove(entry, "drained");
        } else {
            log.info(entry + ": stream lost, kept for " + graces.lostStream().toSeconds() + " s");
            expire(entry, graces.lostStream());
        }
    }

    void remove(Registered entry, String why) {
        letGo(entry);
        String host = entry.instance().host();
        Shelf shelf = services.get(host);
        if (shelf == null || !shelf.entries.remove(entry.instance().key(), entry)) {
            return;
        }
        log.info(entry + ": removed, " + why);
        forgetIfEmpty(host, shelf);
        changed(host);
    }

    private void forgetIfEmpty(String host, Shelf shelf) {
        if (shelf.entries.isEmpty() && !shelf.isDeclared) {
            log.warn("service " + host + ": has no instance left");
            shelf.forget = queue.after(graces.emptyService(), () -> forget(host, shelf));
        }
    }

    /** While nothing is heard of other replicas, its process may have come back to one of them. */
    private void expire(Registered entry, Duration grace) {
        entry.endAt(queue.after(grace, () -> {
            if (isDeaf.getAsBoolean()) {
                expire(entry, grace);
            } else {
                remove(entry, "its process has not come back");
            }
        }));
    }

    private void letGo(Registered entry) {
        entry.stopTimer();
        entry.owner = null;
        terms.end(entry);
    }

    /** Of one that another replica kept we have heard nothing, and it may be well all the same. */
    private void ended(Registered entry) {
        if (!entry.isOrphan) {
            remove(entry, "its lease was not renewed");
            return;
        }
        knock.at(
                entry.own().key(),
                failure -> queue.execute(() -> {
                    if (!entry.isOrphan || find(entry.own().key()) != entry) {
                        return; // somebody has heard of it meanwhile
                    }
                    if (failure == null) {
                        orphan(entry);
                    } else {
                        remove(entry, "the replica that kept it is gone, and so is it: " + failure);
                    }
                }));
    }

    /**
     * There are other replicas.
     *
     * @param now whether nothing is heard of them: nobody is taken away meanwhile for being silent
     * @param door where one is looked for whose replica has gone
     */
    void share(BooleanSupplier now, Knock door) {
        isDeaf = now;
        knock = door;
    }

    private Overlay spoken(Instance.Key key) {
        return spoken.getOrDefault(key, Overlay.NONE);
    }

    /** What an operator has said at another replica; also of an instance that is not known here yet. */
    void said(Instance.Key key, Overlay overlay) {
        note(key, overlay);
        overlay(key, overlay);
    }

    /** What operators have said by now, for when the instance becomes known. */
    void note(Instance.Key key, Overlay overlay) {
        if (overlay.equals(Overlay.NONE)) {
            spoken.remove(key);
        } else {
            spoken.put(key, overlay);
        }
    }

    /**
     * Another replica keeps an instance, instead of whoever kept it before. Listeners are not told.
     *
     * @param isKeeperThere else it is kept for a grace time only
     * @return whether listeners must be told
     */
    boolean keepElsewhere(Kept kept, String keeper, boolean isKeeperThere) {
        Shelf shelf = shelf(kept.own());
        Registered before = shelf.entries.get(kept.own().key());
        Registered entry = new Registered(
                kept.own(), before == null ? spoken(kept.own().key()) : before.overlay(), kept.ttl(), kept.check());
        entry.keeper = keeper;
        shelf.entries.put(kept.own().key(), entry);
        if (before != null) {
            Lease owner = before.owner;
            letGo(before);
            if (owner != null) {
                owner.lost(before);
            }
        }
        if (!isKeeperThere) {
            orphan(entry);
        }
        return before == null || before.keeper == null || !before.kept().equals(entry.kept());
    }

    /** Another replica has taken an instance away. Listeners are not told. */
    void goneElsewhere(Registered entry) {
        Lease owner = entry.owner;
        letGo(entry);
        if (owner != null) {
            owner.lost(entry);
        }
        String host = entry.own().host();
        Shelf shelf = services.get(host);
        if (shelf != null && shelf.entries.remove(entry.own().key(), entry)) {
            forgetIfEmpty(host, shelf);
        }
    }

    /** The replica that keeps it has gone: it stays for as long as after a restart, unless it is heard of again. */
    void orphan(Registered entry) {
        entry.isOrphan = true;
        terms.begin(entry, entry.ttl == null ? graces.restored() : entry.ttl);
    }

    /** The replica that keeps it is there again. */
    void unorphan(Registered entry) {
        entry.isOrphan = false;
        terms.end(entry);
    }

    /** From now on it is kept here, with a lease, whoever kept it before. */
    void adopt(Registered entry) {
        if (entry.ttl == null) {
            throw new IllegalArgumentException(entry + " has no lease that could be looked after");
        }
        terms.end(entry);
        entry.keeper = null;
        entry.isOrphan = false;
        entry.isClaimed = false;
        terms.begin(entry, entry.ttl);
        changed(entry.own().host());
    }

    /** Each service and each of its instances, as they are known. */
    void each(Consumer<Registered> told) {
        services.values().forEach(shelf -> List.copyOf(shelf.entries.values()).forEach(told));
    }

    /** The instances of a host, as they are known. */
    List<Registered> of(String host) {
        Shelf shelf = services.get(host);
        return shelf == null ? List.of() : List.copyOf(shelf.entries.values());
    }

    private void forget(String host, Shelf shelf) {
        if (shelf.entries.isEmpty() && services.remove(host, shelf)) {
            log.info("service " + host + ": forgotten, without an instance for "
                    + graces.emptyService().toSeconds() + " s");
            changed(host);
        }
    }

    private Shelf shelf(Instance instance) {
        Shelf shelf =
                services.computeIfAbsent(instance.host(), host -> new Shelf(instance.service(), instance.namespace()));
        stopForgetting(shelf);
        return shelf;
    }

    private static void stopForgetting(Shelf shelf) {
        if (shelf.forget != null) {
            shelf.forget.cancel();
            shelf.forget = null;
        }
    }

    void changed(String host) {
        listeners.forEach(listener -> listener.changed(host));
    }

    private static String describe(Instance instance) {
        return (instance.version().isEmpty() ? "" : ", version " + instance.version())
                + (instance.zone().isEmpty() ? "" : ", zone " + instance.zone());
    }
}
