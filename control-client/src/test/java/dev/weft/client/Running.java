package dev.weft.client;

import dev.weft.client.bootstrap.Profile;
import dev.weft.client.bootstrap.Servers;
import dev.weft.client.identity.Identity;
import dev.weft.client.identity.NodeGiven;
import dev.weft.client.report.Log;
import dev.weft.client.resource.CertificateSource;
import dev.weft.engine.Engine;
import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.call.Answer;
import dev.weft.engine.call.Question;
import dev.weft.engine.snapshot.Snapshot;
import dev.weft.engine.trace.Ambient;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A client whose time is turned on by hand, and what it has said so far. By itself its time hardly passes, so that the
 * client's limits are met by what is meant to meet them, and not by a machine that is busy.
 */
final class Running implements AutoCloseable {
    private static final long TURN = TimeUnit.MILLISECONDS.toNanos(25);
    private static final int SLOWER = 10;
    /** More than what the client puts off for a moment takes, and less than its shortest limit. */
    private static final int TURNS_OF_A_QUESTION = 40;

    final List<Snapshot> snapshots = new CopyOnWriteArrayList<>();
    final List<String> log = new CopyOnWriteArrayList<>();
    final ControlClient client;
    final Engine engine;
    private final long begun = System.nanoTime();
    /** How far the client's time was turned on, in nanoseconds. */
    private final AtomicLong ahead = new AtomicLong();

    Running(Servers servers, Profile profile) {
        this(servers, profile, null);
    }

    Running(Servers servers, Profile profile, @Nullable Path state) {
        this(new Settings(servers, profile, state));
    }

    Running(Settings settings) {
        var random = new Random(1);
        var source = new RandomSource() {
            @Override
            public int below(int bound) {
                return random.nextInt(bound);
            }

            @Override
            public long bits() {
                return random.nextLong();
            }
        };
        engine = new Engine(source, new Ambient(() -> false), call -> {}, bug -> log.add(bug.toString()));
        client = new ControlClient(
                settings,
                new Identity(
                        "shop", "default", Map.of("version", "v1"), "", "zone-a", NodeGiven.NOTHING, null, 42, "test"),
                CertificateSource.NONE,
                this::nanos,
                source,
                new Log() {
                    @Override
                    public void info(String message) {
                        log.add(message);
                    }

                    @Override
                    public void warn(String message) {
                        log.add(message);
                    }
                },
                Set::of,
                this::publish,
                () -> engine.live().clusters().values());
        client.start();
    }

    private void publish(Snapshot snapshot) {
        engine.publish(snapshot);
        snapshots.add(snapshot);
    }

    /** The client's time. */
    long nanos() {
        return begun + (System.nanoTime() - begun) / SLOWER + ahead.get();
    }

    /** Waits for what only comes after some time of the client's, which passes faster meanwhile. */
    void soon(String what, BooleanSupplier condition) throws InterruptedException {
        Until.holds(what, () -> {
            if (condition.getAsBoolean()) {
                return true;
            }
            turn();
            return false;
        });
    }

    private void turn() {
        ahead.addAndGet(TURN);
        client.status(); // has the client look at its clock
    }

    /** A question that is answered when some time has passed. */
    Answer askInVain(String host) throws Exception {
        var answer = new CompletableFuture<Answer>();
        client.ask(new Question.Warm(host, 80, true), answer::complete);
        soon("answered", answer::isDone);
        return answer.get();
    }

    Answer ask(String host) throws Exception {
        return ask(host, 80);
    }

    Answer ask(String host, int port) throws Exception {
        var answer = new CompletableFuture<Answer>();
        client.ask(new Question.Warm(host, port, true), answer::complete);
        AtomicInteger turns = new AtomicInteger();
        Until.holds("answered", () -> {
            if (!answer.isDone() && turns.getAndIncrement() < TURNS_OF_A_QUESTION) {
                turn();
            }
            return answer.isDone();
        });
        return answer.get();
    }

    Snapshot last() {
        return snapshots.isEmpty() ? Snapshot.EMPTY : snapshots.get(snapshots.size() - 1);
    }

    List<Integer> ports(String cluster) {
        var live = last().clusters().get(cluster);
        return live == null
                ? List.of()
                : live.endpoints().stream().map(e -> e.address().getPort()).toList();
    }

    boolean said(String words) {
        return log.stream().anyMatch(line -> line.contains(words));
    }

    @Override
    public void close() {
        client.close();
    }
}
