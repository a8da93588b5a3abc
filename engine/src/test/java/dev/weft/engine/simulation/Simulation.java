package dev.weft.engine.simulation;

import dev.weft.engine.Call;
import dev.weft.engine.Engine;
import dev.weft.engine.FakeRequest;
import dev.weft.engine.SeededRandom;
import dev.weft.engine.call.Attempt;
import dev.weft.engine.call.End;
import dev.weft.engine.call.Head;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.call.Step;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.Directory;
import dev.weft.engine.snapshot.Endpoint;
import dev.weft.engine.snapshot.Match;
import dev.weft.engine.snapshot.Match.PathMatch;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.Snapshot;
import dev.weft.engine.snapshot.VirtualHost;
import dev.weft.engine.trace.Ambient;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Callers, each of whom calls, waits for the answer, thinks, and calls again; and endpoints that answer
 * as a test says. Everything follows from the seed: the same seed, the same run.
 */
final class Simulation {
    static final long MILLI = 1_000_000L;
    static final long SECOND = 1_000 * MILLI;
    static final String CLUSTER = "order";

    /** How an endpoint answers: by its number and the time. */
    interface Server {
        Reply reply(int endpoint, long now, SplittableRandom chance);
    }

    /**
     * @param status of HTTP; 0 for a connection that is refused
     * @param after nanoseconds
     */
    record Reply(int status, long after) {}

    /** Told of each attempt that is sent, before it is counted. */
    interface Watch {
        void sent(int endpoint, int attempt, long now);
    }

    private record Event(long at, long order, Runnable what) {}

    private final SplittableRandom chance;
    private final Server server;
    private final long think;
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::order));
    private final Set<Attempt> open = Collections.newSetFromMap(new IdentityHashMap<>());
    private final List<Throwable> bugs = new ArrayList<>();
    private long now = SECOND;
    private long order;
    private @Nullable Watch watch;

    final Engine engine;
    final int[] attempts;
    long calls;
    long sent;

    /** Attempts under way that are a call's first, and those that are not. */
    int firsts;

    int further;
    private boolean concurrent;

    /**
     * @param think nanoseconds between an answer and the caller's next call, on average
     */
    Simulation(long seed, Cluster cluster, Action.Forward route, Server server, long think) {
        this.chance = new SplittableRandom(seed);
        this.server = server;
        this.think = think;
        this.attempts = new int[cluster.endpoints().size()];
        this.engine = new Engine(new SeededRandom(seed), new Ambient(() -> true), call -> {}, bugs::add);
        var match = new Match(new PathMatch.Prefix("/", false), List.of(), List.of(), false, Match.ALWAYS);
        var host = new VirtualHost(CLUSTER, List.of(CLUSTER), List.of(new Route("", match, route)));
        engine.publish(new Snapshot("simulated", Directory.PENDING, List.of(host), Map.of(CLUSTER, cluster)));
    }

    /** Endpoints 10.0.x.y, numbered by their ports from 0. */
    static List<Endpoint> endpoints(int count) {
        List<Endpoint> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            try {
                var address = InetAddress.getByAddress(new byte[] {10, 0, (byte) (i >> 8), (byte) i});
                all.add(Endpoint.of(new InetSocketAddress(address, 1 + i)));
            } catch (UnknownHostException e) {
                throw new IllegalStateException(e);
            }
        }
        return all;
    }

    void watch(Watch by) {
        watch = by;
    }

    /** Callers use a client that can send a second attempt beside the first. */
    void hedging() {
        concurrent = true;
    }

    /** Callers begin to call, spread over their first thinking. */
    void callers(int count) {
        for (int i = 0; i < count; i++) {
            after((long) (chance.nextDouble() * think), this::call);
        }
    }

    /** Lets virtual time pass. */
    void run(long nanos) {
        long until = now + nanos;
        while (!events.isEmpty() && events.peek().at() <= until) {
            Event event = events.remove();
            now = Math.max(now, event.at());
            event.what().run();
        }
        now = until;
        if (!bugs.isEmpty()) {
            throw new AssertionError("the engine has a bug", bugs.get(0));
        }
    }

    long now() {
        return now;
    }

    void forget() {
        java.util.Arrays.fill(attempts, 0);
        calls = 0;
        sent = 0;
    }

    private void after(long nanos, Runnable what) {
        events.add(new Event(now + nanos, order++, what));
    }

    private void call() {
        calls++;
        Call call = engine.call(FakeRequest.get(CLUSTER, "/"), concurrent);
        call.start(now);
        steps(call);
    }

    private void steps(Call call) {
        while (true) {
            Step step = call.next(now);
            if (step instanceof Step.Send send) {
                send(call, send.attempt());
            } else if (step instanceof Step.Abort abort) {
                over(call, abort.attempt(), End.CANCELLED);
            } else if (step instanceof Step.Idle idle) {
                if (idle.wakeAt() != Long.MAX_VALUE) {
                    after(idle.wakeAt() - now, () -> steps(call));
                }
                return;
            } else {
                // Exponential, so that callers don't fall into step.
                after((long) (-Math.log(1 - chance.nextDouble()) * think), this::call);
            }
        }
    }

    private void send(Call call, Attempt attempt) {
        int endpoint = attempt.endpoint().address().getPort() - 1;
        if (watch != null) {
            watch.sent(endpoint, attempt.number(), now);
        }
        attempts[endpoint]++;
        sent++;
        count(attempt, 1);
        Reply reply = server.reply(endpoint, now, chance);
        after(reply.after(), () -> {
            if (!open.contains(attempt)) {
                return; // stopped meanwhile
            }
            if (reply.status() == 0) {
                over(call, attempt, End.failed(Outcome.CONNECT_FAILURE, new ConnectException("refused")));
            } else {
                call.head(attempt, Head.http(reply.status(), name -> null), now);
                over(call, attempt, End.COMPLETE);
            }
            steps(call);
        });
    }

    private void over(Call call, Attempt attempt, End how) {
        count(attempt, -1);
        call.end(attempt, how, now);
    }

    private void count(Attempt attempt, int one) {
        if (one > 0 ? !open.add(attempt) : !open.remove(attempt)) {
            throw new AssertionError(attempt + " begins or ends twice");
        }
        firsts += attempt.number() == 1 ? one : 0;
        further += attempt.number() == 1 ? 0 : one;
    }
}
