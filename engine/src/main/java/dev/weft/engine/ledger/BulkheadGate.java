package dev.weft.engine.ledger;

import dev.weft.engine.call.Answer;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.call.Question;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.call.Request;
import dev.weft.engine.snapshot.Bulkhead;
import dev.weft.engine.snapshot.Route;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Places for calls, and a queue before them, first come first served; only a call that comes in the moment
 * in which a place becomes free may be faster than who waits. Lock-free: who gives a place back hands it on.
 */
public final class BulkheadGate implements Gate {
    private final Bulkhead bulkhead;
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicInteger waiting = new AtomicInteger();
    private final ConcurrentLinkedQueue<Ticket> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger handing = new AtomicInteger();
    private final LongAdder rejected = new LongAdder();

    BulkheadGate(Bulkhead bulkhead) {
        this.bulkhead = bulkhead;
    }

    private enum Stage {
        WAITING,
        INSIDE,
        GONE
    }

    @Override
    public Bulkhead guard() {
        return bulkhead;
    }

    @Override
    public Verdict admit(Request request, @Nullable String cluster, Route route, long now) {
        if (enter()) {
            return Verdict.holding(new Ticket(Stage.INSIDE));
        }
        if (waiting.incrementAndGet() > bulkhead.maxWaiting()) {
            waiting.decrementAndGet();
            rejected.increment();
            return Verdict.refused(full(request, "and " + bulkhead.maxWaiting() + " waiting"));
        }
        Ticket ticket = new Ticket(Stage.WAITING);
        queue.add(ticket);
        handOn(); // a place may have become free since
        long until = Gate.after(now, bulkhead.maxWaitNanos());
        return Verdict.asking(ticket, until, full(request, "and none became free in time"));
    }

    @Override
    public Forecast foretell(Request request, @Nullable String cluster, Route route, long now) {
        if (calls.get() < bulkhead.maxCalls()) {
            return Forecast.GO;
        }
        if (waiting.get() >= bulkhead.maxWaiting()) {
            return Forecast.refused(full(request, "and " + bulkhead.maxWaiting() + " waiting"));
        }
        long wait = bulkhead.maxWaitNanos();
        return Forecast.only("a place in the bulkhead of " + bulkhead.scope() + " becomes free"
                + (wait == Long.MAX_VALUE ? "" : " within " + wait / 1_000_000 + " ms"));
    }

    private Refusal full(Request request, String more) {
        String why = request.host() + ":" + request.port() + ": the bulkhead of " + bulkhead.scope() + " has "
                + bulkhead.maxCalls() + " calls under way, " + more;
        return Refusal.failure(Refusal.Kind.OVERFLOW, 503, why);
    }

    private boolean enter() {
        for (int inside = calls.get(); inside < bulkhead.maxCalls(); inside = calls.get()) {
            if (calls.compareAndSet(inside, inside + 1)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Gives free places to who waits. One thread at a time does it, and sees what others ask for meanwhile: who
     * is told may be over at once and hand its place on in turn, which must not nest.
     */
    private void handOn() {
        if (handing.getAndIncrement() != 0) {
            return;
        }
        int asked = 1;
        Throwable thrown = null;
        do {
            while (!queue.isEmpty() && enter()) {
                try {
                    handOne();
                } catch (RuntimeException | Error failure) {
                    thrown = failure; // who can't hear keeps nobody else from being told
                }
            }
            asked = handing.addAndGet(-asked);
        } while (asked != 0);
        if (thrown instanceof Error fatal) {
            throw fatal;
        }
        if (thrown instanceof RuntimeException bug) {
            throw bug;
        }
    }

    private void handOne() {
        Ticket ticket = queue.poll();
        if (ticket == null || !ticket.stage.compareAndSet(Stage.WAITING, Stage.INSIDE)) {
            calls.decrementAndGet();
            return;
        }
        waiting.decrementAndGet();
        ticket.tell();
    }

    /** One call, from when it waits until it is over. */
    private final class Ticket implements Place, Question.Place {
        private final AtomicReference<Stage> stage;
        private final AtomicReference<@Nullable Consumer<Answer>> heard = new AtomicReference<>();

        Ticket(Stage stage) {
            this.stage = new AtomicReference<>(stage);
        }

        @Override
        public void await(Consumer<Answer> answer) {
            heard.set(answer);
            if (stage.get() == Stage.INSIDE) {
                tell();
            }
        }

        /** Whoever takes the listener tells it: once. */
        void tell() {
            Consumer<Answer> answer = heard.getAndSet(null);
            if (answer != null) {
                answer.accept(Answer.READY);
            }
        }

        @Override
        public void leave(@Nullable Outcome outcome, int code, long now) {
            if (stage.getAndSet(Stage.GONE) == Stage.INSIDE) {
                calls.decrementAndGet();
            } else {
                waiting.decrementAndGet();
                queue.remove(this);
                rejected.increment();
            }
            handOn();
        }
    }

    /** Calls under way. */
    public int calls() {
        return calls.get();
    }

    /** Calls that wait for a place. */
    public int waiting() {
        return waiting.get();
    }

    /** Calls that were refused, or gave up waiting. */
    public long rejected() {
        return rejected.sum();
    }

    @Override
    public String words(long now) {
        return "bulkhead (" + bulkhead.scope() + "): " + calls.get() + " of at most " + bulkhead.maxCalls()
                + " calls are under way, " + waiting.get() + " of at most " + bulkhead.maxWaiting() + " wait";
    }
}
