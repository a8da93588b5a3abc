package dev.weft.engine.ledger;

import dev.weft.engine.snapshot.LocalRateLimit.Entry;
import dev.weft.engine.snapshot.LocalRateLimit.Limited;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A bucket for each value that calls bring, of which a bounded number is kept. When there are more, one goes that
 * has not been asked for since it was last looked at (the clock, or second chance, algorithm: nearly the one that was not
 * asked for longest, without a lock and without an order to keep). Whoever comes back later finds a full one.
 */
final class Buckets {
    /** So many are passed over for one that comes, however busy the others are. */
    private static final int MOST_CHANCES = 16;

    private final Limited limited;
    private final int most;
    private final ConcurrentHashMap<List<Entry>, Held> held = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<Held> hand = new ConcurrentLinkedQueue<>();

    Buckets(Limited limited, int most) {
        this.limited = limited;
        this.most = most;
    }

    private static final class Held {
        final List<Entry> entries;
        final Bucket bucket;
        volatile boolean asked;

        Held(List<Entry> entries, Bucket bucket) {
            this.entries = entries;
            this.bucket = bucket;
        }
    }

    Limited limited() {
        return limited;
    }

    /** Whether calls with these entries have one here: the same keys, and the same values where there are any. */
    boolean fits(List<Entry> entries) {
        List<Entry> asked = limited.entries();
        if (asked.size() != entries.size()) {
            return false;
        }
        for (int i = 0; i < asked.size(); i++) {
            Entry one = asked.get(i);
            boolean any = one.value().isEmpty();
            if (!(any ? one.key().equals(entries.get(i).key()) : one.equals(entries.get(i)))) {
                return false;
            }
        }
        return true;
    }

    /**
     * That of these entries, made where there is none.
     *
     * @param kept whether it stays for the next call, and for that another one may go
     */
    Bucket of(List<Entry> entries, boolean kept) {
        Held known = held.get(entries);
        if (known != null) {
            if (kept && !known.asked) {
                known.asked = true;
            }
            return known.bucket;
        }
        Held made = new Held(List.copyOf(entries), new Bucket(limited.bucket()));
        if (!kept) {
            return made.bucket;
        }
        Held before = held.putIfAbsent(made.entries, made);
        if (before != null) {
            return before.bucket;
        }
        hand.add(made);
        while (held.size() > most && forgetOne()) {
            // by one who comes as long as others came before him, whose count he may have missed
        }
        return made.bucket;
    }

    private boolean forgetOne() {
        Held next = hand.poll();
        for (int chances = 0; next != null && next.asked && chances < MOST_CHANCES; chances++) {
            next.asked = false;
            hand.add(next);
            next = hand.poll();
        }
        return next != null && held.remove(next.entries, next);
    }

    int size() {
        return held.size();
    }
}
