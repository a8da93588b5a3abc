package dev.weft.control.registry;

import dev.weft.control.keep.Revisions;
import dev.weft.control.keep.SharedStore;
import dev.weft.control.keep.SharedStore.Change;
import dev.weft.control.keep.SharedStore.Event;
import dev.weft.control.keep.SharedStore.Written;
import dev.weft.control.log.Log;
import dev.weft.control.queue.SerialQueue;
import dev.weft.control.registry.SharedView.Told;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The registry of several replicas, by way of the store that they share.
 *
 * <p>Each instance has one keeper: the replica that heard of it last, by the stream of its agent or by a
 * renewal. Only the keeper writes it, and only the keeper finds that it has gone. Whoever hears of an
 * instance that another one keeps takes it over by writing its own name into it; the other one lets go
 * when it reads that. A write counts only if nobody has written since, so that a replica that has not
 * read yet that it lost an instance can't take it back.
 *
 * <p>When a keeper has gone, its instances stay, for as long as they would after a restart: their agents
 * are on the way to another replica. After that, those at whose port nobody answers are taken away, by
 * whichever replica finds it first; and if too many would go, {@link Terms} holds them. The keeper may be
 * cut off from the store alone, with all its agents well. What the control plane itself keeps alive, by a check, goes
 * over to the replica with the least name.
 *
 * <p>While the store is away nothing is taken away for silence, and what has changed is written when it is
 * back. Used from the queue that owns the registry, but for what the store tells.
 */
public final class SharedRegistry implements RegistryStore {
    /** To tell of a registration and of the word that it is ready at once. */
    private static final Duration DELAY = Duration.ofMillis(10);

    private static final Duration AGAIN = Duration.ofMillis(200);
    private static final Duration LAST_WRITE = Duration.ofSeconds(1);

    private final SharedStore store;
    private final Registry registry;
    private final SerialQueue queue;
    private final Log log;
    private final Revisions revisions = new Revisions();
    private final Set<String> replicas = new TreeSet<>();

    private final SharedView view = new SharedView();

    /** Of whom something was said while they were here. */
    private final Set<Instance.Key> shown = new HashSet<>();

    /** Of which the store says something else than the registry. */
    private final Set<Instance.Key> dirty = new LinkedHashSet<>();

    private boolean isScheduled;

    /**
     * A change that is on its way.
     *
     * @param entry as it was written; null for what is not an instance that is kept here
     */
    private record Write(
            Change change,
            Instance.Key key,
            @Nullable Registered entry,
            @Nullable Kept kept,
            @Nullable Overlay word) {}

    /**
     * Before the store is started.
     *
     * @param knock at the door of those whose replica has gone, before they are taken for gone too
     */
    public SharedRegistry(SharedStore store, Registry registry, Knock knock, SerialQueue queue, Log log) {
        this.store = store;
        this.registry = registry;
        this.queue = queue;
        this.log = log;
        registry.share(() -> store.away() != null, knock);
        // Who is there first, so that nobody's instances are taken for an orphan's.
        store.follow(SharedStore.REPLICAS, events -> queue.execute(() -> replicas(events)));
        store.follow(SharedNames.WORDS, events -> queue.execute(() -> words(events)));
        store.follow(SharedNames.INSTANCES, events -> queue.execute(() -> instances(events)));
    }

    @Override
    public void begin() {
        registry.listen(this);
    }

    /** How many changes of instances the store has not got yet. */
    public int waiting() {
        return dirty.size();
    }

    private void replicas(List<Event> events) {
        for (Event event : events) {
            String replica = event.name().substring(SharedStore.REPLICAS.length() + 1);
            if (!revisions.take(event) || replica.equals(store.replica())) {
                continue;
            }
            boolean isThere = event.content() != null;
            if (isThere ? replicas.add(replica) : replicas.remove(replica)) {
                int kept = keeper(replica, isThere);
                log.info("registry: replica " + replica
                        + (isThere
                                ? " is there"
                                : " is gone; " + kept + " instances of its are kept until they are heard of"));
            }
        }
    }

    private int keeper(String replica, boolean isThere) {
        List<Registered> its = new ArrayList<>();
        registry.each(entry -> {
            if (replica.equals(entry.keeper) && entry.isOrphan == isThere) {
                its.add(entry);
            }
        });
        for (Registered entry : its) {
            if (isThere) {
                registry.unorphan(entry);
            } else {
                registry.orphan(entry);
            }
        }
        if (!isThere) {
            adoptChecked();
        }
        return its.size();
    }

    /** What a check keeps alive is renewed by nobody else. */
    private void adoptChecked() {
        if (replicas.stream().anyMatch(other -> other.compareTo(store.replica()) < 0)) {
            return; // it is that one's turn
        }
        List<Registered> checked = new ArrayList<>();
        registry.each(entry -> {
            if (entry.isOrphan && entry.check != null) {
                checked.add(entry);
            }
        });
        checked.forEach(registry::adopt);
    }

    private void words(List<Event> events) {
        for (Event event : events) {
            Instance.Key key = SharedNames.key(event.name());
            if (!revisions.take(event) || key == null) {
                continue;
            }
            Overlay word = Overlay.NONE;
            try {
                word = event.content() == null ? word : SharedInstance.overlay(event.content());
            } catch (IOException | RuntimeException e) {
                log.warn("registry: " + store.where(event.name()) + " can't be read and is left out: " + e);
            }
            Registered entry = registry.find(key);
            boolean isSaidHere = entry != null && !entry.overlay().equals(view.word(key));
            view.word(key, word);
            if (isSaidHere) {
                mark(key); // what was said here is the later word
            } else {
                registry.said(key, word);
            }
        }
    }

    private void instances(List<Event> events) {
        Set<String> hosts = new TreeSet<>();
        int count = 0;
        for (Event event : events) {
            Instance.Key key = SharedNames.key(event.name());
            if (revisions.take(event) && key != null && heard(key, event)) {
                hosts.add(key.host());
                count++;
            }
        }
        if (count > 0) {
            log.info("registry: other replicas have changed " + count + " instances of " + hosts.size() + " services");
            hosts.forEach(registry::changed);
            adoptChecked();
        }
    }

    /** @return whether something is different here now */
    private boolean heard(Instance.Key key, Event event) {
        Told now = read(key, event);
        Registered before = registry.find(key);
        view.instance(key, now);
        boolean isOurName = now != null && now.keeper().equals(store.replica());
        if (before != null && isOurs(before) && !before.isClaimed) {
            before.isClaimed = isOurName;
            mark(key); // it was heard of here after that: this is written over it
            return false;
        }
        if (now == null) {
            return before != null && gone(key, before);
        }
        if (isOurName) {
            mark(key); // written, although we were not told that it was
            return false;
        }
        return registry.keepElsewhere(now.kept(), now.keeper(), replicas.contains(now.keeper()));
    }

    private static boolean isOurs(Registered entry) {
        return entry.keeper == null && !entry.isDeclared;
    }

    private boolean gone(Instance.Key key, Registered before) {
        if (before.isDeclared) {
            return false;
        }
        if (isOurs(before) && before.owner != null) {
            before.isClaimed = false; // its agent is here: others were wrong to think it gone
            mark(key);
            return false;
        }
        registry.goneElsewhere(before);
        return true;
    }

    private @Nullable Told read(Instance.Key key, Event event) {
        if (event.content() == null) {
            return null;
        }
        try {
            SharedInstance shared = SharedInstance.of(event.content());
            Kept kept = shared.instance().kept();
            if (kept.own().key().equals(key)) {
                return new Told(kept, shared.keeper());
            }
            log.warn("registry: " + store.where(event.name()) + " speaks of another instance and is left out");
        } catch (IOException | RuntimeException e) {
            log.warn("registry: " + store.where(event.name()) + " can't be read and is left out: " + e);
        }
        return null;
    }

    @Override
    public void changed(String host) {
        Set<Instance.Key> absent = view.keys(host);
        for (Registered entry : registry.of(host)) {
            Instance.Key key = entry.own().key();
            absent.remove(key);
            if (!view.word(key).equals(Overlay.NONE)) {
                shown.add(key);
            }
            if (!entry.overlay().equals(view.word(key)) || isToBeWritten(entry)) {
                mark(key);
            }
        }
        for (Instance.Key key : absent) {
            if (shown.remove(key)) {
                registry.note(key, Overlay.NONE); // the word goes with its instance
                mark(key);
            } else if (view.instance(key) != null) {
                mark(key);
            }
        }
    }

    private boolean isToBeWritten(Registered entry) {
        if (!isOurs(entry)) {
            return false;
        }
        Told before = view.instance(entry.own().key());
        return !entry.isClaimed || before == null || !before.kept().equals(own(entry));
    }

    private static Kept own(Registered entry) {
        return new Kept(entry.own(), Overlay.NONE, entry.ttl, entry.check, false);
    }

    private void mark(Instance.Key key) {
        dirty.add(key);
        schedule(DELAY);
    }

    private void schedule(Duration delay) {
        if (!isScheduled && !dirty.isEmpty()) {
            isScheduled = true;
            queue.after(delay, this::write);
        }
    }

    private void write() {
        List<Write> writes = store.away() != null ? List.of() : next();
        if (writes.isEmpty()) {
            isScheduled = false;
            schedule(AGAIN);
            return;
        }
        store.write(writes.stream().map(Write::change).toList())
                .whenComplete((written, failure) -> queue.execute(() -> {
                    boolean isDone = written != null && done(writes, written);
                    if (failure != null) {
                        log.warn(
                                "registry not shared",
                                "registry: changes are not in the store: " + failure.getMessage());
                    }
                    writes.forEach(write -> dirty.add(write.key)); // looked at once more: it may have changed meanwhile
                    isScheduled = false;
                    schedule(isDone ? Duration.ZERO : AGAIN);
                }));
    }

    private List<Write> next() {
        List<Write> writes = new ArrayList<>();
        int bytes = 0;
        for (Iterator<Instance.Key> keys = dirty.iterator();
                keys.hasNext() && writes.size() < SharedStore.MOST - 1 && bytes < SharedStore.LARGEST / 2; ) {
            Instance.Key key = keys.next();
            keys.remove();
            Registered entry = registry.find(key);
            Write instance = instance(key, entry);
            if (instance != null) {
                writes.add(instance);
                bytes += size(instance.change);
            }
            Overlay word = entry == null ? Overlay.NONE : entry.overlay();
            if (!word.equals(view.word(key))) {
                byte[] content = word.equals(Overlay.NONE) ? null : SharedInstance.bytes(word);
                Change change = change(SharedNames.WORDS, key, content);
                writes.add(new Write(change, key, null, null, word));
                bytes += size(change);
            }
        }
        return writes;
    }

    private static int size(Change change) {
        byte[] content = change.content();
        return content == null ? 0 : content.length;
    }

    private @Nullable Write instance(Instance.Key key, @Nullable Registered entry) {
        if (entry == null) {
            return view.instance(key) == null
                    ? null
                    : new Write(change(SharedNames.INSTANCES, key, null), key, null, null, null);
        }
        if (!isToBeWritten(entry)) {
            return null;
        }
        Kept kept = own(entry);
        byte[] content = SharedInstance.bytes(store.replica(), kept);
        return new Write(change(SharedNames.INSTANCES, key, content), key, entry, kept, null);
    }

    private Change change(String folder, Instance.Key key, byte @Nullable [] content) {
        String name = SharedNames.of(folder, key);
        return new Change(name, content, revisions.of(name));
    }

    /** @return whether all were made; one that was not was overtaken, and the store tells by what */
    private boolean done(List<Write> writes, Written written) {
        boolean isDone = true;
        for (int i = 0; i < writes.size(); i++) {
            Write write = writes.get(i);
            if (!written.isMade().get(i)) {
                isDone = false;
                continue;
            }
            revisions.made(write.change, written.revision());
            if (write.word != null) {
                view.word(write.key, write.word);
                registry.note(write.key, write.word);
            } else if (write.entry == null || write.kept == null) {
                view.instance(write.key, null);
            } else {
                write.entry.isClaimed = true;
                view.instance(write.key, new Told(write.kept, store.replica()));
            }
        }
        return isDone;
    }

    /** At the end of the process: what can be written at once is, all else is found out by the others. */
    @Override
    public void save() {
        List<Write> writes = store.away() != null ? List.of() : next();
        if (writes.isEmpty()) {
            return;
        }
        try {
            store.write(writes.stream().map(Write::change).toList()).get(LAST_WRITE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            log.warn("registry: the last changes are not in the store: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
