package dev.weft.engine;

import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.call.Request;
import dev.weft.engine.ledger.Ledger;
import dev.weft.engine.ledger.Live;
import dev.weft.engine.ledger.LiveCluster;
import dev.weft.engine.ledger.Target;
import dev.weft.engine.policy.Order;
import dev.weft.engine.snapshot.Snapshot;
import dev.weft.engine.snapshot.Transport;
import dev.weft.engine.trace.Ambient;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The rules in force and what is measured under them; makes calls. */
public final class Engine {
    private final RandomSource random;
    private final Ambient ambient;
    private final Consumer<Call> finished;
    private final Consumer<Throwable> bugs;
    private final Ledger ledger;
    private final AtomicInteger held = new AtomicInteger();
    private final AtomicLong source = new AtomicLong();
    private volatile Live live = new Live(Snapshot.EMPTY, Map.of(), Map.of());
    private volatile @Nullable Witness witness;
    private final Undone undone = new Undone();
    private volatile boolean paused;
    private volatile boolean secured;

    /**
     * @param finished gets each call when its last attempt has ended, on the thread that ended it;
     *     reads what it needs and keeps nothing. A call that passed is not among them.
     * @param bugs gets what should never be thrown; the call it happened in went on without us
     */
    public Engine(RandomSource random, Ambient ambient, Consumer<Call> finished, Consumer<Throwable> bugs) {
        this(random, ambient, finished, bugs, null);
    }

    /**
     * @param finished as above
     * @param bugs as above
     * @param witness is shown each call that is about to be sent or is refused; null for nobody
     */
    public Engine(
            RandomSource random,
            Ambient ambient,
            Consumer<Call> finished,
            Consumer<Throwable> bugs,
            @Nullable Witness witness) {
        this(random, ambient, finished, bugs, witness, Order.OURS);
    }

    /** @param order in which policies stand; another one than ours shows what ours is for */
    Engine(
            RandomSource random,
            Ambient ambient,
            Consumer<Call> finished,
            Consumer<Throwable> bugs,
            @Nullable Witness witness,
            Order order) {
        this.random = random;
        this.ledger = new Ledger(random, order);
        this.ambient = ambient;
        this.finished = finished;
        this.bugs = bugs;
        this.witness = witness;
    }

    /** A driver met a bug of the engine or of an adapter. */
    public void bug(Throwable thrown) {
        bugs.accept(thrown);
    }

    /**
     * What a driver gives the application that has met a bug before anything was sent; null where the library's own
     * call may run instead. It would go in the clear, which is not for every host.
     *
     * @param request asks for it; the bug may be there
     */
    public @Nullable Refusal insecure(Supplier<Request> request, Throwable bug) {
        if (!secured) {
            return null;
        }
        String where = "";
        try {
            Request asked = request.get();
            if (!Admission.mustSecure(live, asked)) {
                return null;
            }
            where = asked.host() + ":" + asked.port() + ": ";
        } catch (RuntimeException | LinkageError | AssertionError another) {
            bugs.accept(another); // nobody knows where it goes: then it must not
        }
        return Refusal.failure(
                Refusal.Kind.TLS_REQUIRED,
                503,
                where + "TLS is required, and the mesh failed before it was there: " + bug);
    }

    /** Swaps the configuration. Called from one thread at a time. */
    public void publish(Snapshot published) {
        Snapshot snapshot = ledger.heeded(published);
        Map<String, LiveCluster> clusters = ledger.join(snapshot);
        secured = clusters.values().stream().anyMatch(c -> c.config().transport() != Transport.PLAINTEXT);
        live = new Live(snapshot, clusters, ledger.guard(snapshot));
    }

    public Snapshot snapshot() {
        return live.snapshot();
    }

    /** The snapshot in force with its numbers. */
    public Live live() {
        return live;
    }

    public Ledger ledger() {
        return ledger;
    }

    /** Who is shown each call that is about to be sent or is refused, from now on; null for nobody. */
    public void witness(@Nullable Witness instead) {
        witness = instead;
    }

    /**
     * What rules ask for and calls of this process did not get, because their client can't do it: hedges and mirrored
     * copies beside a call that blocks. Field, route and reason in words, in order.
     */
    public Set<String> undone() {
        return undone.all();
    }

    /** Who is told of each when it is met for the first time, on the thread of the call. */
    public void onUndone(Consumer<String> told) {
        undone.listener(told);
    }

    /** A call is sent alone that would have company. */
    void alone(Request request, Target target) {
        undone.alone(request, target);
    }

    /**
     * While paused every call passes, unless its transport must be secured: then it is refused. What can't be made
     * without the mesh still waits for the first directory, by which whoever leads it then knows what is the mesh's.
     */
    public void pause(boolean on) {
        paused = on;
    }

    public boolean paused() {
        return paused;
    }

    /**
     * Whether a call to this host may be ours. On the path of every call of the application:
     * allocates nothing.
     *
     * @param host as the application wrote it, any case
     */
    public boolean routes(String host, int port) {
        return (!paused || secured) && live.hosts().mayRoute(host, port);
    }

    /**
     * A new call.
     *
     * @param concurrent whether the driver can send a second attempt while the first is open; without
     *     it hedges and mirrors are left out
     */
    public Call call(Request request, boolean concurrent) {
        return new Call(this, request, concurrent);
    }

    /**
     * Attempts in flight, and calls that had to wait for a name or for a retry and are not over: 0 when nothing is
     * under way. No counter of its own on the path of calls; between two attempts of a call it may be 0 for a moment.
     */
    public int underWay() {
        return ledger.inFlight() + held.get();
    }

    /** A call waits with no attempt in flight; it counts from now until {@link #released}. */
    void held() {
        held.incrementAndGet();
    }

    void released() {
        held.decrementAndGet();
    }

    RandomSource random() {
        return random;
    }

    /** Stands for this caller where a rule keeps all its calls together; the same for as long as it lives. */
    public long source() {
        long known = source.get();
        if (known == 0) {
            source.compareAndSet(0, random.bits() | 1);
            known = source.get();
        }
        return known;
    }

    /** The traces that threads work for. */
    public Ambient ambient() {
        return ambient;
    }

    /** Shows a call to whoever explains calls, before its endpoint is picked. */
    void witness(Call call, long now) {
        Witness shown = witness;
        if (shown != null) {
            try {
                shown.admitted(this, call, now);
            } catch (RuntimeException | LinkageError bug) {
                bugs.accept(bug);
            }
        }
    }

    /** Shows them a call that is answered here. */
    void refused(Call call, long now) {
        Witness shown = witness;
        if (shown != null) {
            try {
                shown.refused(this, call, now);
            } catch (RuntimeException | LinkageError bug) {
                bugs.accept(bug);
            }
        }
    }

    void finished(Call call) {
        try {
            finished.accept(call);
        } catch (RuntimeException | LinkageError bug) {
            bugs.accept(bug);
        }
    }
}
