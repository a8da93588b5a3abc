package dev.weft.engine.ledger;

import dev.weft.engine.call.Outcome;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.call.Request;
import dev.weft.engine.policy.Breaking;
import dev.weft.engine.snapshot.Breaker;
import dev.weft.engine.snapshot.Route;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A circuit breaker. Its state is one reference: closed with a window of calls, open until a time, or half
 * open with a few calls that try. A call reports to the state that let it in; what comes after that state has
 * passed is not heard, so that calls from before a failure say nothing about the time after it.
 */
public final class BreakerGate implements Gate {
    private static final int SLICES = 10;

    private final Breaker breaker;
    private final AtomicReference<State> state;
    private final LongAdder notPermitted = new LongAdder();
    private final LongAdder opened = new LongAdder();

    BreakerGate(Breaker breaker) {
        this.breaker = breaker;
        this.state = new AtomicReference<>(closed());
    }

    private sealed interface State {}

    private record Closed(Window window) implements State {}

    private record Open(long until) implements State {}

    /**
     * An answer may be read for hours, or never, so those who try don't keep others from it: after another {@code open}
     * time as many more may. Whoever is over first decides.
     *
     * @param until when that is
     * @param places how many more may try
     */
    private record HalfOpen(
            AtomicLong until, AtomicInteger places, AtomicInteger calls, AtomicInteger failures, AtomicInteger slow)
            implements State {}

    private Closed closed() {
        return new Closed(
                breaker.window() instanceof Breaker.Window.Time time
                        ? new Window.Time(time.nanos(), SLICES)
                        : new Window.Calls(((Breaker.Window.Calls) breaker.window()).count()));
    }

    @Override
    public Breaker guard() {
        return breaker;
    }

    @Override
    public Verdict admit(Request request, @Nullable String cluster, Route route, long now) {
        while (true) {
            State current = state.get();
            if (current instanceof Closed) {
                return Verdict.holding(new Inside(current, now));
            }
            if (current instanceof Open open) {
                if (now < open.until) {
                    return refused(request);
                }
                HalfOpen trying = new HalfOpen(
                        new AtomicLong(Gate.after(now, breaker.openNanos())),
                        new AtomicInteger(breaker.halfOpenCalls()),
                        new AtomicInteger(),
                        new AtomicInteger(),
                        new AtomicInteger());
                state.compareAndSet(open, trying);
            } else if (current instanceof HalfOpen trying) {
                if (trying.places.getAndDecrement() > 0) {
                    return Verdict.holding(new Inside(trying, now));
                }
                trying.places.incrementAndGet();
                long until = trying.until.get();
                if (now < until) {
                    return refused(request);
                }
                if (trying.until.compareAndSet(until, Gate.after(now, breaker.openNanos()))) {
                    trying.places.addAndGet(breaker.halfOpenCalls());
                }
            }
        }
    }

    private Verdict refused(Request request) {
        notPermitted.increment();
        return Verdict.refused(refusal(request));
    }

    private Refusal refusal(Request request) {
        String why = request.host() + ":" + request.port() + ": the circuit breaker of " + breaker.scope() + " is open";
        return Refusal.failure(Refusal.Kind.OVERFLOW, 503, why);
    }

    @Override
    public Forecast foretell(Request request, @Nullable String cluster, Route route, long now) {
        State current = state.get();
        boolean refused = current instanceof Open open && now < open.until
                || current instanceof HalfOpen trying && trying.places.get() <= 0 && now < trying.until.get();
        return refused ? Forecast.refused(refusal(request)) : Forecast.GO;
    }

    /** One call that was let in. */
    private final class Inside implements Place {
        private final State by;
        private final long since;

        Inside(State by, long since) {
            this.by = by;
            this.since = since;
        }

        @Override
        public void leave(@Nullable Outcome outcome, int code, long now) {
            boolean learned = outcome != null && outcome != Outcome.CANCELLED;
            boolean failed = outcome != null && Breaking.failure(outcome);
            boolean slow = now - since >= breaker.slowNanos();
            if (by instanceof Closed closed && learned) {
                closed.window.record(failed, slow, now);
                if ((failed || slow) && tooBad(closed.window, now)) {
                    open(closed, now);
                }
            } else if (by instanceof HalfOpen trying) {
                tried(trying, learned, failed, slow, now);
            }
        }
    }

    private boolean tooBad(Window window, long now) {
        return Breaking.opens(
                breaker, window.sum(Window.CALL, now), window.sum(Window.FAILED, now), window.sum(Window.SLOW, now));
    }

    private void tried(HalfOpen trying, boolean learned, boolean failed, boolean slow, long now) {
        if (!learned) {
            trying.places.incrementAndGet(); // another may try instead
            return;
        }
        int failures = failed ? trying.failures.incrementAndGet() : trying.failures.get();
        int slowOnes = slow ? trying.slow.incrementAndGet() : trying.slow.get();
        int calls = trying.calls.incrementAndGet();
        if (calls < breaker.halfOpenCalls()) {
            return;
        }
        if (Breaking.tooBad(breaker, calls, failures, slowOnes)) {
            open(trying, now);
        } else {
            state.compareAndSet(trying, closed());
        }
    }

    private void open(State from, long now) {
        if (state.compareAndSet(from, new Open(Gate.after(now, breaker.openNanos())))) {
            opened.increment();
        }
    }

    /** Calls that were refused. */
    public long notPermitted() {
        return notPermitted.sum();
    }

    /** How often it has opened. */
    public long opened() {
        return opened.sum();
    }

    /** {@code CLOSED}, {@code OPEN} or {@code HALF_OPEN}. */
    public String state(long now) {
        State current = state.get();
        if (current instanceof Closed) {
            return "CLOSED";
        }
        return current instanceof Open open && now < open.until ? "OPEN" : "HALF_OPEN";
    }

    @Override
    public String words(long now) {
        State current = state.get();
        String words = "circuit breaker (" + breaker.scope() + "): ";
        if (current instanceof Closed closed) {
            Window window = closed.window;
            return words + "closed; of " + window.sum(Window.CALL, now) + " calls " + window.sum(Window.FAILED, now)
                    + " failed and " + window.sum(Window.SLOW, now) + " were slow";
        }
        if (current instanceof Open open && now < open.until) {
            return words + "open for another " + (open.until - now) / 1_000_000 + " ms: calls are refused";
        }
        return words + "half open: " + breaker.halfOpenCalls() + " calls may try";
    }
}
