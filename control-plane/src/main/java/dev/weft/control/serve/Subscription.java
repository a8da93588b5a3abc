package dev.weft.control.serve;

import dev.weft.control.store.Resource;
import dev.weft.control.store.Source;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One type on one stream: what the client wants, what it has been told, and what it must still be
 * told. However often a resource changes before the client can take it, it is sent once, as it then
 * is. Used from the serial queue only.
 */
final class Subscription implements Source.Watcher {
    private static final int MAX_BATCH_BYTES = 1024 * 1024;
    private static final int MAX_BATCH_NAMES = 1_000;

    /** Stands in {@link #told} for "there is none". */
    private static final String ABSENT = "";

    /** Stands for the time of a change where there was none: something is merely asked for. */
    static final long NO_CHANGE = Long.MIN_VALUE;

    private final Source source;
    private final Runnable whenDirty;
    private final LongSupplier since;
    private final Set<String> names = new LinkedHashSet<>();
    private final Map<String, String> told = new HashMap<>();

    /** What must be sent, with the time at which the change that made it so came in; {@link #NO_CHANGE} for what is merely asked for. */
    private final Map<String, Long> dirty = new LinkedHashMap<>();

    private final Replies replies = new Replies();
    private boolean isWildcard;
    private boolean owesAnswer;

    /**
     * @param whenDirty called when there is something to send
     * @param since when what is being handled came in, in nanoseconds
     */
    Subscription(Source source, Runnable whenDirty, LongSupplier since) {
        this.since = since;
        this.source = source;
        this.whenDirty = whenDirty;
    }

    /** One response to be sent. */
    record Batch(List<Resource> resources, List<String> removed, Map<String, String> reasons, long since) {
        long bytes() {
            long bytes = 0;
            for (Resource resource : resources) {
                bytes += resource.body().getSerializedSize();
            }
            return bytes;
        }
    }

    void subscribe(String name) {
        names.add(name);
        source.subscribe(name, this);
        // Asking again for what one has means having lost it: it is sent again.
        told.remove(name);
        ask(name);
    }

    /** The client needs once more what it has. */
    void again(String name) {
        if (told.remove(name) != null) {
            ask(name);
        }
    }

    private void ask(String name) {
        dirty.putIfAbsent(name, NO_CHANGE);
        whenDirty.run();
    }

    void subscribeAll() {
        if (!isWildcard) {
            isWildcard = true;
            owesAnswer = true;
            source.subscribeAll(this);
        }
        source.names().forEach(name -> dirty.putIfAbsent(name, NO_CHANGE));
        whenDirty.run();
    }

    void unsubscribe(String name) {
        if (names.remove(name)) {
            source.unsubscribe(name, this);
            if (!isWildcard) {
                told.remove(name);
                dirty.remove(name);
                replies.forget(name);
            }
        }
    }

    void unsubscribeAll() {
        if (isWildcard) {
            isWildcard = false;
            source.unsubscribeAll(this);
            told.keySet().retainAll(names);
            dirty.keySet().retainAll(names);
            replies.retain(names);
        }
    }

    /** The client holds these from an earlier stream. */
    void holds(Map<String, String> versions) {
        versions.forEach((name, version) -> {
            if (isWildcard || names.contains(name)) {
                told.put(name, version);
                ask(name);
            }
        });
    }

    @Override
    public void changed(String name) {
        dirty.merge(name, since.getAsLong(), (first, later) -> first == NO_CHANGE ? later : first);
        whenDirty.run();
    }

    void close() {
        names.forEach(name -> source.unsubscribe(name, this));
        names.clear();
        unsubscribeAll();
    }

    /**
     * What to send next; null when there is nothing, or the client has too much to answer.
     *
     * @param withRemovals false leaves what is gone for later
     */
    @Nullable
    Batch next(boolean withRemovals) {
        boolean isNothing = dirty.isEmpty() && !withRemovals;
        if (isNothing || !isDue()) {
            return null;
        }
        List<Resource> resources = new ArrayList<>();
        List<String> removed = new ArrayList<>();
        Map<String, String> reasons = new LinkedHashMap<>();
        int bytes = 0;
        long since = NO_CHANGE;
        Iterator<Map.Entry<String, Long>> waiting = dirty.entrySet().iterator();
        while (waiting.hasNext() && bytes < MAX_BATCH_BYTES && resources.size() + removed.size() < MAX_BATCH_NAMES) {
            Map.Entry<String, Long> next = waiting.next();
            String name = next.getKey();
            long changed = next.getValue();
            Resource resource = source.get(name);
            if (resource == null && !withRemovals) {
                continue;
            }
            waiting.remove();
            String version = resource == null ? ABSENT : resource.version();
            if (version.equals(remember(name, version))) {
                continue;
            }
            since = older(since, changed);
            if (resource != null) {
                resources.add(resource);
                bytes += resource.body().getSerializedSize();
            } else {
                removed.add(name);
                String reason = source.refusal(name);
                if (reason != null) {
                    reasons.put(name, reason);
                }
            }
        }
        boolean isEmpty = resources.isEmpty() && removed.isEmpty();
        if (isEmpty && !(owesAnswer && withRemovals)) {
            return null;
        }
        owesAnswer = false;
        return new Batch(resources, removed, reasons, since);
    }

    /** Of what is gone, only names that the client asked for are remembered. */
    private @Nullable String remember(String name, String version) {
        return version.equals(ABSENT) && !names.contains(name) ? told.remove(name) : told.put(name, version);
    }

    /**
     * @param pushes where it is counted
     * @param now in nanoseconds
     */
    void sent(String nonce, Batch batch, Pushes pushes, long now) {
        replies.sent(nonce, batch, pushes, now);
    }

    /**
     * The client has taken a response, or refused it.
     *
     * @param error null when it was taken
     * @param pushes where it is counted
     * @param now in nanoseconds
     */
    Replies.Reply answered(String nonce, @Nullable String error, Pushes pushes, long now) {
        Replies.Reply reply = replies.answered(nonce, error, pushes, now);
        if (reply != Replies.Reply.UNKNOWN && !dirty.isEmpty()) {
            whenDirty.run();
        }
        return reply;
    }

    /** It is gone, and the client is not told. */
    void gone(String name) {
        replies.forget(name);
    }

    /** Whether there is something to send and the client can be sent it. */
    boolean isDue() {
        return (!dirty.isEmpty() || owesAnswer) && !replies.isBehind();
    }

    /** Whether an answer is owed even when there is nothing new: the client has asked. */
    boolean isAsked() {
        return owesAnswer || dirty.containsValue(NO_CHANGE);
    }

    /** All that the client wants and that there is. */
    Map<String, Resource> present() {
        Map<String, Resource> present = new LinkedHashMap<>();
        Set<String> wanted = new LinkedHashSet<>(names);
        wanted.addAll(isWildcard ? source.names() : List.of());
        for (String name : wanted) {
            Resource resource = source.get(name);
            if (resource != null) {
                present.put(name, resource);
            }
        }
        return present;
    }

    /**
     * All that there is to send is sent, whole.
     *
     * @param withRemovals false leaves what is gone for later
     * @return when the oldest of its changes was made; {@link #NO_CHANGE} for none
     */
    long settle(boolean withRemovals) {
        long oldest = NO_CHANGE;
        Iterator<Map.Entry<String, Long>> waiting = dirty.entrySet().iterator();
        while (waiting.hasNext()) {
            Map.Entry<String, Long> next = waiting.next();
            if (withRemovals || source.get(next.getKey()) != null) {
                oldest = older(oldest, next.getValue());
                waiting.remove();
            }
        }
        owesAnswer = false;
        return oldest;
    }

    private static long older(long one, long other) {
        if (one == NO_CHANGE || other == NO_CHANGE) {
            return one == NO_CHANGE ? other : one;
        }
        return other - one < 0 ? other : one;
    }

    /** Whether the client has subscribed to this name. */
    boolean has(String name) {
        return names.contains(name);
    }

    /** Whether it wants this, by name or as one of all. */
    boolean wants(String name) {
        return isWildcard || names.contains(name);
    }

    boolean isAll() {
        return isWildcard;
    }

    Set<String> names() {
        return names;
    }

    int size() {
        return names.size() + (isWildcard ? 1 : 0);
    }

    boolean isInSync() {
        return dirty.isEmpty() && replies.isInSync();
    }

    Map<String, String> refused() {
        return replies.refused();
    }
}
