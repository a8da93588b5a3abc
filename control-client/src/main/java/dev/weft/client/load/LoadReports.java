package dev.weft.client.load;

import dev.weft.client.ads.Backoff;
import dev.weft.client.wire.Malformed;
import dev.weft.client.wire.Message;
import dev.weft.client.wire.Writer;
import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.ledger.LiveCluster;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of a conversation about load (Envoy: {@code envoy.service.load_stats.v3}): it opens a stream beside
 * the one of configuration as soon as a cluster says that its load is to be reported ({@code Cluster.lrs_server}), is
 * told which clusters and how often, and reports. A state machine: it is told what happened, with a time, and asked by
 * {@link #next} what to do. Not thread-safe.
 */
public final class LoadReports {
    public static final String METHOD = "envoy.service.load_stats.v3.LoadReportingService/StreamLoadStats";

    /** Whatever is asked for: a report looks at every endpoint. */
    private static final long SHORTEST = 1_000_000_000L;

    private static final long NEVER = Long.MAX_VALUE;
    private static final long MOST_SECONDS = 86_400;

    private final Supplier<Collection<LiveCluster>> measured;
    private final Backoff backoff;
    private final Map<String, ClusterLoad> loads = new LinkedHashMap<>();
    private final Deque<Step> steps = new ArrayDeque<>();

    /** By cluster, the name of its endpoints; of those whose load is to be reported here. */
    private Map<String, String> wanted = Map.of();

    private byte @Nullable [] node;
    private State state = State.CLOSED;
    private long timer;
    private boolean good;
    private boolean all;
    private Set<String> asked = Set.of();
    private long interval;
    private long reportAt = NEVER;

    private enum State {
        /** Until {@code timer}, where somebody wants it. */
        CLOSED,
        OPEN,
        /** The server has no such service: not before the next connection. */
        REFUSED
    }

    /** What is to be done. */
    public sealed interface Step {
        /** A stream of {@link #METHOD} beside that of configuration. */
        record Open() implements Step {}

        record Send(byte[] request) implements Step {}

        record Close(String why) implements Step {}
    }

    /** @param measured the clusters in force, with their numbers */
    public LoadReports(Supplier<Collection<LiveCluster>> measured, RandomSource random) {
        this.measured = measured;
        this.backoff = new Backoff(random);
    }

    /**
     * There is a connection to a control plane.
     *
     * @param node the encoded {@code Node} of this workload
     */
    public void connected(byte[] node, long now) {
        this.node = node;
        state = State.CLOSED;
        timer = now;
    }

    /** The connection is gone, and with it its streams. */
    public void disconnected() {
        node = null;
        end(State.CLOSED);
    }

    /** @param clusters whose load is to be reported to where they come from, with the names of their endpoints */
    public void want(Map<String, String> clusters) {
        wanted = clusters;
        if (clusters.isEmpty() && state == State.OPEN) {
            steps.add(new Step.Close("no cluster's load is to be reported"));
            end(State.CLOSED);
        }
    }

    /** Other endpoints are in force: what the old ones count until they are done is not to be lost. */
    public void look(long now) {
        if (reportAt == NEVER) {
            return;
        }
        Set<String> present = new HashSet<>();
        for (LiveCluster cluster : measured.get()) {
            String name = cluster.config().name();
            if (all || asked.contains(name)) {
                present.add(name);
                var load = loads.get(name);
                if (load == null) {
                    loads.put(name, new ClusterLoad(cluster, now));
                } else {
                    load.look(cluster);
                }
            }
        }
        loads.keySet().retainAll(present);
    }

    /** Some message of the stream. */
    public void received(byte[] message, long now) {
        if (state != State.OPEN) {
            return;
        }
        try {
            var response = Message.of(message);
            var period = response.message(2);
            long seconds = period.number(1);
            long nanos = period.number(2);
            if (seconds < 0 || seconds > MOST_SECONDS || nanos < 0 || nanos >= SHORTEST || seconds + nanos == 0) {
                refuse("load_reporting_interval: is " + seconds + " s " + nanos + " ns", now);
                return;
            }
            all = response.flag(4);
            asked = Set.copyOf(response.strings(1));
            interval = Math.max(SHORTEST, seconds * SHORTEST + nanos);
        } catch (Malformed e) {
            refuse("malformed: " + e.getMessage(), now);
            return;
        }
        good = true;
        reportAt = now + interval;
        look(now);
    }

    private void refuse(String why, long now) {
        steps.add(new Step.Close("load reports: " + why));
        good = false;
        closed(false, now);
    }

    /**
     * The stream has ended.
     *
     * @param unimplemented the server has no such service
     */
    public void closed(boolean unimplemented, long now) {
        if (state == State.OPEN) {
            timer = now + (good ? backoff.afterGoodStream() : backoff.afterFailure());
            end(unimplemented ? State.REFUSED : State.CLOSED);
        }
    }

    private void end(State after) {
        state = after;
        good = false;
        loads.clear();
        asked = Set.of();
        all = false;
        reportAt = NEVER;
    }

    /** What to do now; null when there is nothing until an event or {@link #wakeAt}. Call it until then. */
    public @Nullable Step next(long now) {
        var waiting = steps.poll();
        if (waiting != null) {
            return waiting;
        }
        if (mayOpen() && now >= timer && node != null) {
            state = State.OPEN;
            steps.add(new Step.Send(new Writer().bytes(1, node).toBytes()));
            return new Step.Open();
        }
        if (now >= reportAt) {
            reportAt = now + interval;
            look(now);
            return new Step.Send(report(now));
        }
        return null;
    }

    private boolean mayOpen() {
        return state == State.CLOSED && node != null && !wanted.isEmpty();
    }

    /** One without clusters says that nothing was called. */
    private byte[] report(long now) {
        var request = new Writer();
        loads.forEach((name, load) -> {
            var stats = load.take(wanted.getOrDefault(name, ""), now);
            if (stats != null) {
                request.message(2, stats);
            }
        });
        return request.toBytes();
    }

    /** When to ask {@link #next} again if nothing happens before. */
    public long wakeAt() {
        if (!steps.isEmpty()) {
            return Long.MIN_VALUE;
        }
        return mayOpen() ? timer : reportAt;
    }
}
