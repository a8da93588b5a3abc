package dev.weft.contract;

import dev.weft.agent.harness.TestWeaver;
import dev.weft.agent.weave.Report;
import dev.weft.engine.Call;
import dev.weft.engine.Engine;
import dev.weft.engine.Witness;
import dev.weft.engine.adapt.Inbound;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Workload;
import dev.weft.engine.call.Answer;
import dev.weft.engine.drive.Timer;
import dev.weft.engine.snapshot.Snapshot;
import dev.weft.engine.trace.Ambient;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A mesh in this JVM with the client under test woven into it: the real engine, drivers, clock and weaver. */
public final class Rig implements AutoCloseable {
    /** The service that stories call. No DNS knows it (RFC 6761). */
    public static final String NAME = "orders.weft.test";

    /** How many calls {@link #ample} makes. */
    public static final int MEASURED = 3;

    private static final int AMPLE = 20;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(90);

    /** Whether these stories are told beside OpenTelemetry's agent: then the mesh knows of it, as our agent would. */
    private static final boolean BESIDE_ANOTHER =
            ClassLoader.getSystemResource("io/opentelemetry/javaagent/OpenTelemetryAgent.class") != null;

    private final ClientUnderTest client;
    private final ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1, task -> {
        var thread = new Thread(task, "story-timer");
        thread.setDaemon(true);
        return thread;
    });
    private final Chance chance = new Chance();
    private final Queue<Call> finished = new ConcurrentLinkedQueue<>();
    private final Queue<Throwable> bugs = new ConcurrentLinkedQueue<>();
    private volatile boolean otherTracer = BESIDE_ANOTHER;
    private final Ambient ambient = new Ambient(() -> otherTracer);
    private final Engine engine = new Engine(chance, ambient, finished::add, bugs::add);
    private final Mesh mesh = new Mesh(
            engine,
            System::nanoTime,
            this::schedule,
            (question, answer) -> answer.accept(Answer.PASS),
            Inbound.NONE,
            Workload.NONE);

    private @Nullable TestWeaver weaver;

    public Rig(ClientUnderTest client) {
        this.client = client;
        weave();
    }

    private Timer.Pending schedule(long at, Runnable task) {
        var pending = scheduler.schedule(task, Math.max(0, at - System.nanoTime()), TimeUnit.NANOSECONDS);
        return () -> pending.cancel(false);
    }

    public Ambient ambient() {
        return ambient;
    }

    public void publish(Snapshot snapshot) {
        engine.publish(snapshot);
    }

    /** Whether another agent traces each call here, so that its headers are part of what the application sends. */
    boolean besideAnother() {
        return BESIDE_ANOTHER;
    }

    public void otherTracer(boolean present) {
        otherTracer = present;
    }

    /** From now on the engine has a bug, or none. */
    public void engineBroken(boolean broken) {
        chance.broken(broken);
    }

    public List<Throwable> bugs() {
        return List.copyOf(bugs);
    }

    /** Calls that are over, all of their attempts ended. */
    public List<Call> finished() {
        return List.copyOf(finished);
    }

    /** Who is shown calls that are about to be sent; null for nobody. */
    void witness(@Nullable Witness shown) {
        engine.witness(shown);
    }

    /** Waits until this many calls are over, so that nothing of them is left in flight. */
    public void awaitFinished(int calls) {
        await(calls + " calls are over", () -> finished.size() == calls);
    }

    public ClientUnderTest.Client open(Knobs knobs) throws Exception {
        return client.open(knobs);
    }

    /** Everything as at the beginning. */
    public void reset() {
        chance.broken(false);
        otherTracer = BESIDE_ANOTHER;
        engine.pause(false);
        engine.publish(Snapshot.EMPTY);
        finished.clear();
        bugs.clear();
        if (weaver == null) {
            weave();
        }
    }

    private void weave() {
        weave(client.adapters());
    }

    /** The library as it is, with nothing of ours in it. */
    public void unweave() {
        if (weaver != null) {
            weaver.close();
            weaver = null;
        }
    }

    /** The same adapters, with a bug where they hand the answer over. */
    public void weaveFailingInDeliver() {
        unweave();
        weave(client.adaptersFailingInDeliver());
    }

    private void weave(List<Class<?>> adapters) {
        Set<String> names = adapters.stream().map(Class::getName).collect(Collectors.toSet());
        Path[] folders = adapters.stream().map(Rig::folder).distinct().toArray(Path[]::new);
        weaver = TestWeaver.install(mesh, names::contains, folders);
    }

    private static Path folder(Class<?> adapter) {
        try {
            return Path.of(
                    adapter.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Fails unless the library is woven and no adapter had a bug. */
    public void assertHealthy() {
        if (weaver != null) {
            weaver.assertWoven();
        }
        if (!bugs.isEmpty()) {
            throw new AssertionError("a bug of ours", bugs.peek());
        }
    }

    /** What was woven, and what was left alone. */
    public Report report() {
        return Objects.requireNonNull(weaver).report();
    }

    /** What an agent that comes now says of what stays outside the mesh. */
    public List<String> outside() {
        TestWeaver late = Objects.requireNonNull(weaver);
        late.catchUp();
        return late.report().outside();
    }

    /** Throws the kill switch, or takes it back. */
    public void killed(boolean yes) {
        if (weaver != null && yes) {
            weaver.pause();
        } else if (weaver != null) {
            weaver.resume();
        }
    }

    /** Waits until something is so; fails when that takes unreasonably long. */
    public static void await(String what, BooleanSupplier so) {
        long until = System.nanoTime() + PATIENCE_NANOS;
        while (!so.getAsBoolean()) {
            if (System.nanoTime() - until > 0) {
                throw new AssertionError("never happened: " + what);
            }
            java.util.concurrent.locks.LockSupport.parkNanos(2_000_000);
        }
    }

    /**
     * A limit that nothing meets but what takes for ever, however busy the machine is.
     *
     * @param usual what is enough as a rule
     * @param made what must not meet it; is made {@value #MEASURED} times
     */
    public static Duration ample(Duration usual, Callable<?> made) throws Exception {
        long longest = 0;
        for (int i = 0; i < MEASURED; i++) {
            long start = System.nanoTime();
            made.call();
            longest = i == 0 ? 0 : Math.max(longest, System.nanoTime() - start); // the first one loads classes
        }
        return Duration.ofNanos(Math.max(usual.toNanos(), AMPLE * longest));
    }

    @Override
    public void close() {
        unweave();
        scheduler.shutdownNow();
    }
}
