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
 * <p>Names and versions outlive a stream; what was sent, what is awaited, the nonce and a held back
 * refusal die with it.
 */
final class Subscription {
    private static final long MILLI = 1_000_000L;
    private static final long DEBOUNCE = 20 * MILLI;

    final ResourceType type;
    /** Everything is asked for, without names; those that are wanted are still waited for. */
    final boolean whole;

    private final TreeSet<String> wanted = new TreeSet<>();
    private final TreeSet<String> sent = new TreeSet<>();
    /** Given up before the server was told so: if it is wanted again, it has to be sent again. */
    private final Set<String> lost = new HashSet<>();

    private final Map<String, String> versions = new HashMap<>();
    private final Map<String, Long> awaited = new HashMap<>();
    private final Refusals refusals = new Refusals();
    private boolean first = true;
    private long answerLimit;
    private long sentAt = Long.MIN_VALUE / 2;
    private long changedAt;
    private boolean dirty;
    private String nonce = "";
    private String version = "";

    Subscription(ResourceType type, boolean whole) {
        this.type = type;
        this.whole = whole;
    }

    boolean wants(String name) {
        return whole || wanted.contains(name);
    }

    /** The name of a resource that has none in itself: there is one of its type. */
    String only() {
        return wanted.isEmpty() ? "" : wanted.first();
    }

    /** Whether a change of names has still to be sent. */
    boolean pending() {
        return dirty;
    }

    int size() {
        return wanted.size();
    }

    /** The names that the server has been told, in order. */
    Collection<String> sent() {
        return sent;
    }

    /** Of the last response that was accepted as a whole; outlives a stream. */
    String version() {
        return version;
    }

    /** Of the newest response of this stream. */
    String nonce() {
        return nonce;
    }

    void responded(String nonce) {
        this.nonce = nonce;
    }

    void accepted(String version) {
        this.version = version;
        refusals.over();
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
        if (!whole) {
            versions.keySet().retainAll(wanted);
        }
        awaited.keySet().retainAll(wanted);
        if (!dirty) {
            dirty = true;
            changedAt = now;
        }
    }

    /** Has the server send a resource again that it was told was refused. */
    void again(String name, long now) {
        if (whole || !sent.contains(name)) {
            return;
        }
        lost.add(name);
        if (!dirty) {
            dirty = true;
            changedAt = now;
        }
    }

    /** Whether there is a name that the server still owes an answer for. */
    boolean awaits() {
        return !awaited.isEmpty();
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

    /** Another server numbers its versions otherwise. */
    void otherServer() {
        version = "";
        versions.replaceAll((name, known) -> "");
    }

    /**
     * Names that were here and that a response which lists everything does not list. One that is
     * still awaited may have been asked for after the response was made.
     */
    List<String> absent(Set<String> listed) {
        List<String> absent = new ArrayList<>();
        for (String name : versions.keySet()) {
            if (!listed.contains(name) && !awaited.containsKey(name) && (whole || sent.contains(name))) {
                absent.add(name);
            }
        }
        return absent;
    }

    /**
     * A new stream: everything is asked for again, at once.
     *
     * @param limit so long a name may go without answer, in nanoseconds
     */
    void opened(long limit, long now) {
        closed();
        answerLimit = limit;
        dirty = whole || !wanted.isEmpty();
        changedAt = now;
        sentAt = Long.MIN_VALUE / 2;
    }

    void closed() {
        sent.clear();
        lost.clear();
        awaited.clear();
        first = true;
        nonce = "";
        refusals.drop();
    }

    /** The requests that are due. A burst costs two: its first name at once, the rest 20 ms later. */
    List<byte[]> due(Dialect dialect, byte @Nullable [] node, long now) {
        if (!dirty || now < dueAt()) {
            return List.of();
        }
        dirty = false;
        List<String> names = new ArrayList<>();
        List<String> again = new ArrayList<>();
        for (String name : wanted) {
            boolean was = lost.remove(name);
            if (sent.add(name) | was) {
                names.add(name);
                if (was) {
                    again.add(name);
                }
                boolean here = versions.containsKey(name);
                if (!here || first && !whole) {
                    awaited.put(name, now);
                }
            }
        }
        List<String> gone = new ArrayList<>();
        for (String name : sent) {
            if (!wanted.contains(name)) {
                gone.add(name);
            }
        }
        sent.removeAll(gone);
        lost.clear();
        if (whole ? !first : names.isEmpty() && gone.isEmpty()) {
            return List.of();
        }
        // A server is told what is here, and answers only for what differs; silence is then an answer too.
        var known = known(dialect);
        awaited.keySet().removeAll(known.keySet());
        first = false;
        sentAt = now;
        return dialect.names(this, new Change(names, gone, again, known), node);
    }

    private Map<String, String> known(Dialect dialect) {
        Map<String, String> known = new HashMap<>();
        if (first && (dialect instanceof Delta || !version.isEmpty())) {
            versions.forEach((name, of) -> {
                if (!of.isEmpty()) {
                    known.put(name, of);
                }
            });
        }
        return known;
    }

    private long dueAt() {
        return Math.max(changedAt, sentAt + DEBOUNCE);
    }

    /** Names whose answer is overdue; each is told once. */
    List<String> overdue(long now) {
        List<String> names = new ArrayList<>(0);
        awaited.forEach((name, since) -> {
            if (now - since >= answerLimit) {
                names.add(name);
            }
        });
        names.forEach(awaited::remove);
        return names;
    }

    void refuse(String why, long now) {
        refusals.hold(nonce, why, now);
    }

    /** The refusals, when their time has come or when a later response must not overtake them. */
    List<byte[]> refusals(Dialect dialect, boolean atOnce, long now) {
        List<byte[]> requests = new ArrayList<>(0);
        for (var held : refusals.take(atOnce, now)) {
            byte[] request = dialect.nack(this, held.nonce(), held.why());
            if (request != null) {
                requests.add(request);
            }
        }
        return requests;
    }

    /** When something is due next while a stream is open. */
    long wakeAt() {
        long at = Math.min(dirty ? dueAt() : Long.MAX_VALUE, refusals.wakeAt());
        for (long since : awaited.values()) {
            at = Math.min(at, since + answerLimit);
        }
        return at;
    }
}
