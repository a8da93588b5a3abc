package dev.weft.control.registry;

import dev.weft.control.log.Log;
import dev.weft.control.queue.SerialQueue;
import dev.weft.control.registry.Entry.Term;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The leases that end unless they are renewed. They are looked at once a second, on a clock that
 * nobody can set.
 *
 * <p>A renewal that did not arrive says something about the workload only if we were there to hear
 * it. So no lease ends before this process has been awake for one of its terms: after a start, and
 * after a pause (the process was stopped, the machine hung), which shows as a look that came late.
 * And when more leases end at once than workloads die at once, the fault is more likely the network's
 * or ours: then nobody is taken away until enough have renewed, or {@link Guard#longest} has passed.
 * Netflix's Eureka calls this self-preservation. Used from the serial queue only.
 */
final class Terms {
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration PAUSE = Duration.ofSeconds(3);

    private final SerialQueue queue;
    private final Log log;
    private final Guard guard;
    private final Consumer<Registered> ended;
    private final BooleanSupplier isDeaf;
    private final Map<Registered, Running> running = new LinkedHashMap<>();
    private final Deque<Long> recentEnds = new ArrayDeque<>();
    private long awakeSince;
    private long lastLook;
    private boolean isLooking;
    private boolean isHolding;

    /**
     * When many leases end at once.
     *
     * @param share of all leases that may end within the window
     * @param few as many may end whatever their share is
     * @param longest how long an instance is kept beyond the end of its lease
     */
    record Guard(double share, int few, Duration window, Duration longest) {
        static final Guard DEFAULT = new Guard(0.3, 3, Duration.ofSeconds(30), Duration.ofMinutes(10));
    }

    private static final class Running {
        final Duration ttl;
        long renewedAt;

        @Nullable
        Long heldSince;

        Running(Duration ttl, long now) {
            this.ttl = ttl;
            this.renewedAt = now;
        }
    }

    /**
     * @param ended told when a lease has ended
     * @param isDeaf renewals may have gone to where we hear nothing from: no lease ends meanwhile
     */
    Terms(SerialQueue queue, Log log, Guard guard, Consumer<Registered> ended, BooleanSupplier isDeaf) {
        this.queue = queue;
        this.log = log;
        this.guard = guard;
        this.ended = ended;
        this.isDeaf = isDeaf;
        awakeSince = queue.nanos();
    }

    int size() {
        return running.size();
    }

    void begin(Registered entry, Duration ttl) {
        running.put(entry, new Running(ttl, queue.nanos()));
        if (!isLooking) {
            isLooking = true;
            lastLook = queue.nanos();
            queue.after(LOOK, this::look);
        }
    }

    void renew(Registered entry) {
        Running lease = running.get(entry);
        if (lease != null) {
            lease.renewedAt = queue.nanos();
            lease.heldSince = null;
        }
    }

    void end(Registered entry) {
        running.remove(entry);
    }

    @Nullable
    Term term(Registered entry) {
        Running lease = running.get(entry);
        if (lease == null) {
            return null;
        }
        Duration left = lease.ttl.minusNanos(queue.nanos() - begun(lease));
        return new Term(lease.ttl, left.isNegative() ? Duration.ZERO : left, lease.heldSince != null);
    }

    /** A term counts from its renewal, or from when we could first have heard one. */
    private long begun(Running lease) {
        return lease.renewedAt - awakeSince > 0 ? lease.renewedAt : awakeSince;
    }

    private void look() {
        long now = queue.nanos();
        if (now - lastLook > PAUSE.toNanos()) {
            awakeSince = now;
            log.warn("registry: was not awake for "
                    + Duration.ofNanos(now - lastLook).toSeconds()
                    + " s; no lease ends before a whole term has passed");
        }
        if (isDeaf.getAsBoolean()) {
            awakeSince = now;
        }
        lastLook = now;
        if (running.isEmpty()) {
            isLooking = false;
        } else {
            queue.after(LOOK, this::look); // before others are told: one that throws must not end all looking
        }
        judge(now);
    }

    private void judge(long now) {
        while (!recentEnds.isEmpty()
                && now - recentEnds.peekFirst() > guard.window().toNanos()) {
            recentEnds.removeFirst();
        }
        List<Registered> due = new ArrayList<>();
        running.forEach((entry, lease) -> {
            if (now - begun(lease) >= lease.ttl.toNanos()) {
                due.add(entry);
            }
        });
        int known = running.size() + recentEnds.size();
        int allowed = Math.max(guard.few(), (int) (guard.share() * known));
        boolean isMass = due.size() + recentEnds.size() > allowed;
        if (isMass != isHolding) {
            isHolding = isMass;
            log.warn(
                    isMass
                            ? "registry: " + due.size() + " of " + running.size()
                                    + " leases have ended at once, more than "
                                    + allowed + ": their instances are kept, for "
                                    + guard.longest().toMinutes()
                                    + " min at the most"
                            : "registry: no more leases than usual have ended; those that have count again");
        }
        for (Registered entry : due) {
            Running lease = running.get(entry);
            if (lease == null) {
                continue; // ended while we told of another
            }
            long heldSince = lease.heldSince == null ? now : lease.heldSince;
            if (isMass && now - heldSince < guard.longest().toNanos()) {
                lease.heldSince = heldSince;
            } else {
                running.remove(entry);
                recentEnds.addLast(now);
                ended.accept(entry);
            }
        }
    }
}
