package dev.weft.client.ads;

import dev.weft.client.resource.ResourceType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What is asked for of one type, and how far the server has answered.
 *
 * <p>Names and versions outlive a stream; what was sent, what is awaited and a held back refusal die
 * with it.
 */
final class Subscription {
    private static final long MILLI = 1_000_000L;
    private static final long DEBOUNCE = 20 * MILLI;
    private static final long ANSWER_LIMIT = 15_000 * MILLI;
    private static final long FIRST_NACK = 1000 * MILLI;
    private static final long LAST_NACK = 30_000 * MILLI;

    final ResourceType type;
    private final TreeSet<String> wanted = new TreeSet<>();
    private final Set<String> sent = new HashSet<>();
    /** Given up before the server was told so: if it is wanted again, it has to be sent again. */
    private final Set<String> lost = new HashSet<>();

    private final Map<String, String> versions = new HashMap<>();
    private final Map<String, Long> awaited = new HashMap<>();
    private boolean first = true;
    private long sentAt = Long.MIN_VALUE / 2;
    private long changedAt;
    private boolean dirty;

    private @Nullable Refusal refusal;
    private String lastError = "";
    private long nackDelay;

    /** An error that waits for its time to be told. */
    private record Refusal(String nonce, String why, long at) {}

    Subscription(ResourceType type) {
        this.type = type;
    }

    boolean wants(String name) {
        return wanted.contains(name);
    }

    /** Whether a change of names has still to be sent. */
    boolean pending() {
        return dirty;
    }

    int size() {
        return wanted.size();
    }

    void want(Collection<String> names, long now) {
        if (wanted.size() == names.size() && wanted.containsAll(names)) {
            return;
        }
        for (String name : wanted) {
            if (sent.contains(name) && !names.contains(name)) {
                lost.add(name);
            }
        }
        wanted.clear();
        wanted.addAll(names);
        versions.keySet().retainAll(wanted);
        awaited.keySet().retainAll(wanted);
        if (!dirty) {
            dirty = true;
            changedAt = now;
        }
    }

    void accepted(String name, String version) {
        versions.put(name, version);
    }

    void answered(String name) {
        awaited.remove(name);
    }

    void forgotten(String name) {
        versions.remove(name);
        awaited.remove(name);
    }

    /** A new stream: everything is asked for again, at once. */
    void opened(long now) {
        closed();
        dirty = !wanted.isEmpty();
        changedAt = now;
        sentAt = Long.MIN_VALUE / 2;
    }

    void closed() {
        sent.clear();
        lost.clear();
        awaited.clear();
        first = true;
        refusal = null;
    }

    /** The request that is due, or null. A burst costs two: its first name at once, the rest 20 ms later. */
    byte @Nullable [] due(byte @Nullable [] node, long now) {
        if (!dirty || now < dueAt()) {
            return null;
        }
        dirty = false;
        List<String> names = new ArrayList<>();
        for (String name : wanted) {
            if (sent.add(name) | lost.remove(name)) {
                names.add(name);
                awaited.put(name, now);
            }
        }
        List<String> gone = new ArrayList<>();
        for (String name : sent) {
            if (!wanted.contains(name)) {
                gone.add(name);
            }
        }
        gone.forEach(sent::remove);
        lost.clear();
        if (names.isEmpty() && gone.isEmpty()) {
            return null;
        }
        // A server is told what is here, and answers only for what differs; silence is then an answer too.
        var known = first ? Map.copyOf(versions) : Map.<String, String>of();
        awaited.keySet().removeAll(known.keySet());
        first = false;
        sentAt = now;
        return DeltaRequest.subscribe(node, type.url(), names, gone, known);
    }

    private long dueAt() {
        return Math.max(changedAt, sentAt + DEBOUNCE);
    }

    /** Names whose answer is overdue; each is told once. */
    List<String> overdue(long now) {
        List<String> names = new ArrayList<>(0);
        awaited.forEach((name, since) -> {
            if (now - since >= ANSWER_LIMIT) {
                names.add(name);
            }
        });
        names.forEach(awaited::remove);
        return names;
    }

    /**
     * Holds a refusal back: a server that answers a refusal with the same resource would make a loop
     * out of it. An error that comes again waits twice as long as before.
     */
    void refuse(String nonce, String why, long now) {
        if (refusal != null) {
            refusal = new Refusal(nonce, why, refusal.at());
            return;
        }
        nackDelay = why.equals(lastError) ? Math.min(nackDelay * 2, LAST_NACK) : FIRST_NACK;
        lastError = why;
        refusal = new Refusal(nonce, why, now + nackDelay);
    }

    void allGood() {
        lastError = "";
    }

    /** The refusal, when its time has come or when a later response must not overtake it. */
    byte @Nullable [] refusal(boolean atOnce, long now) {
        var held = refusal;
        if (held == null || !atOnce && now < held.at()) {
            return null;
        }
        refusal = null;
        return DeltaRequest.nack(type.url(), held.nonce(), held.why());
    }

    /** When something is due next while a stream is open. */
    long wakeAt() {
        long at = dirty ? dueAt() : Long.MAX_VALUE;
        if (refusal != null) {
            at = Math.min(at, refusal.at());
        }
        for (long since : awaited.values()) {
            at = Math.min(at, since + ANSWER_LIMIT);
        }
        return at;
    }
}
