package dev.weft.telemetry;

import dev.weft.engine.Call;
import dev.weft.engine.Engine;
import dev.weft.engine.Witness;
import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.call.Attempt;
import dev.weft.engine.call.End;
import dev.weft.engine.call.Head;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.call.Request;
import dev.weft.engine.call.Step;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.Balancer;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.Directory;
import dev.weft.engine.snapshot.Endpoint;
import dev.weft.engine.snapshot.Endpoint.Health;
import dev.weft.engine.snapshot.Endpoint.Locality;
import dev.weft.engine.snapshot.HeaderEdits;
import dev.weft.engine.snapshot.Match;
import dev.weft.engine.snapshot.RetryBudget;
import dev.weft.engine.snapshot.RetryPolicy;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.Snapshot;
import dev.weft.engine.snapshot.Transport;
import dev.weft.engine.snapshot.VirtualHost;
import dev.weft.engine.trace.Ambient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Real calls of the engine in virtual time, to {@code http://order/}, whose endpoints behave as they are told. */
public final class Calls {
    public static final String CLUSTER = "outbound|80|v1|order.shop.svc.cluster.local";

    private static final long SECOND = 1_000_000_000L;

    /** What an endpoint does with an attempt. */
    public enum Manner {
        ANSWERS,
        /** Answers 503. */
        FAILS,
        /** Nothing listens there. */
        REFUSES,
        /** The connection breaks before the answer. */
        BREAKS,
        /** No answer comes. */
        SILENT
    }

    public final Ambient ambient;
    public final Engine engine;
    public final RandomSource random;
    public long now = 1_000;
    private final Map<Integer, Manner> manners = new HashMap<>();
    private int status = 200;
    private int retries = 2;

    public Calls(CallRecorder... recorders) {
        this(new Ambient(() -> false), null, recorders);
    }

    public Calls(Ambient ambient, @Nullable Witness witness, CallRecorder... recorders) {
        this.ambient = ambient;
        this.random = random();
        this.engine = new Engine(
                random,
                ambient,
                new ClientSide(() -> now, recorders),
                bug -> {
                    throw new AssertionError(bug);
                },
                witness);
    }

    public static RandomSource random() {
        Random seeded = new Random(1);
        return new RandomSource() {
            @Override
            public int below(int bound) {
                return seeded.nextInt(bound);
            }

            @Override
            public long bits() {
                return seeded.nextLong();
            }
        };
    }

    /** A request of the application. */
    public record Asked(String host, String method, String path, boolean secure) implements Request {
        @Override
        public int port() {
            return secure ? 443 : 80;
        }

        @Override
        public @Nullable String header(String name) {
            return name.equals("user-agent") ? "test \"1\"\n" : null;
        }

        @Override
        public boolean replayable() {
            return true;
        }
    }

    public Calls status(int answered) {
        status = answered;
        return this;
    }

    public Calls retries(int most) {
        retries = most;
        return this;
    }

    /** From now on the endpoint on this port, of whatever cluster, does not answer. */
    public Calls silent(int port) {
        manners.put(port, Manner.SILENT);
        return this;
    }

    public Calls to(Manner... each) {
        return to(CLUSTER, each);
    }

    /** One endpoint of the cluster for each manner, on ports from 1. */
    public Calls to(String cluster, Manner... each) {
        List<Endpoint> endpoints = new ArrayList<>();
        for (int i = 0; i < each.length; i++) {
            manners.put(i + 1, each[i]);
            endpoints.add(new Endpoint(
                    new InetSocketAddress("127.0.0.1", i + 1),
                    Health.HEALTHY,
                    1,
                    Locality.NONE,
                    Map.of("version", "v1")));
        }
        return publish(cluster, endpoints, Match.ANY);
    }

    /** @param match of the only route */
    public Calls publish(String cluster, List<Endpoint> endpoints, Match match) {
        RetryPolicy retry = retries == 0
                ? null
                : new RetryPolicy(
                        Set.of(RetryPolicy.Condition.CONNECT_FAILURE, RetryPolicy.Condition.RETRIABLE_STATUS_CODES),
                        Set.of(503),
                        retries,
                        Long.MAX_VALUE,
                        1000,
                        10_000,
                        false);
        Action.Forward forward = new Action.Forward(
                List.of(new Action.WeightedCluster(cluster, 1, HeaderEdits.NONE)),
                3 * SECOND,
                retry,
                null,
                List.of(),
                HeaderEdits.NONE);
        Cluster made = new Cluster(
                cluster,
                Balancer.ROUND_ROBIN,
                endpoints,
                Transport.PLAINTEXT,
                null,
                0,
                RetryBudget.DEFAULT,
                Long.MAX_VALUE);
        engine.publish(new Snapshot(
                "1",
                new Directory(Directory.State.KNOWN, Map.of("order", new Directory.Entry("order", Set.of()))),
                List.of(new VirtualHost("order", List.of("order"), List.of(new Route("all", match, forward)))),
                cluster.isEmpty() ? Map.of() : Map.of(cluster, made)));
        return this;
    }

    /** A call that was made and is over. */
    public Call get(String path) {
        return run(new Asked("order", "GET", path, false));
    }

    public Call run(Request request) {
        Call call = begin(request);
        for (Step step = call.next(now); !(step instanceof Step.Deliver || step instanceof Step.Reply); ) {
            if (step instanceof Step.Send send) {
                meet(call, send.attempt());
            } else if (step instanceof Step.Abort abort) {
                call.end(abort.attempt(), End.CANCELLED, now);
            } else if (step instanceof Step.Idle idle) {
                now = idle.wakeAt();
            } else {
                throw new AssertionError(step);
            }
            step = call.next(now);
        }
        for (Step step = call.next(now); step instanceof Step.Abort abort; step = call.next(now)) {
            call.end(abort.attempt(), End.CANCELLED, now);
        }
        return call;
    }

    /** A call whose attempts nobody serves yet. */
    public Call begin(Request request) {
        Call call = engine.call(request, false);
        call.start(now);
        return call;
    }

    private void meet(Call call, Attempt attempt) {
        now += 1_000_000;
        switch (manners.getOrDefault(attempt.endpoint().address().getPort(), Manner.ANSWERS)) {
            case REFUSES -> call.end(attempt, End.failed(Outcome.UNSENT, new IOException("refused")), now);
            case BREAKS -> call.end(attempt, End.failed(Outcome.RESET, new IOException("broken")), now);
            case SILENT -> {}
            case ANSWERS -> answers(call, attempt, status);
            case FAILS -> answers(call, attempt, 503);
        }
    }

    private void answers(Call call, Attempt attempt, int code) {
        call.head(attempt, Head.http(code, name -> name.equals("x-served-by") ? "b" : null), now);
        now += 1_000_000;
        call.end(attempt, End.COMPLETE, now);
    }
}
