package dev.weft.engine.ledger;

import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.call.Request;
import dev.weft.engine.policy.Injecting;
import dev.weft.engine.route.Conditions;
import dev.weft.engine.snapshot.Fault;
import dev.weft.engine.snapshot.Route;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Injects faults and counts whom it hurt. */
public final class FaultGate implements Gate, Gate.Place {
    private final Fault fault;
    private final RandomSource random;
    private final AtomicInteger active = new AtomicInteger();
    private final LongAdder delays = new LongAdder();
    private final LongAdder aborts = new LongAdder();
    private final LongAdder overflows = new LongAdder();

    FaultGate(Fault fault, RandomSource random) {
        this.fault = fault;
        this.random = random;
    }

    @Override
    public Fault guard() {
        return fault;
    }

    @Override
    public Verdict admit(Request request, @Nullable String cluster, Route route, long now) {
        // As in Envoy: looked at without taking a place, so that calls of one moment may exceed it.
        if (active.get() >= fault.maxActive()) {
            overflows.increment();
            return Verdict.GO;
        }
        if (!concerns(request, cluster)) {
            return Verdict.GO;
        }
        long delay = Injecting.delay(fault.delay(), request, random);
        Refusal abort = hit(request, random);
        if (delay == 0 && abort == null) {
            return Verdict.GO;
        }
        active.incrementAndGet();
        if (delay > 0) {
            delays.increment();
        }
        if (abort != null) {
            aborts.increment();
        }
        long until = delay == 0 ? Verdict.AT_ONCE : Gate.after(now, delay);
        return new Verdict(until, abort, this, Long.MAX_VALUE, null);
    }

    @Override
    public Forecast foretell(Request request, @Nullable String cluster, Route route, long now) {
        if (active.get() >= fault.maxActive() || !concerns(request, cluster)) {
            return Forecast.GO;
        }
        Refusal certain = hit(request, Forecast.GOOD_LUCK);
        Refusal refusal = certain == null ? hit(request, Forecast.BAD_LUCK) : certain;
        long delay = Injecting.delay(fault.delay(), request, Forecast.GOOD_LUCK);
        return new Forecast(refusal, certain != null, delay, Long.MAX_VALUE, null);
    }

    private @Nullable Refusal hit(Request request, RandomSource luck) {
        Refusal abort = Injecting.abort(fault, request, luck);
        return abort == null ? Injecting.reset(fault, luck) : abort;
    }

    private boolean concerns(Request request, @Nullable String cluster) {
        return (fault.cluster().isEmpty() || fault.cluster().equals(cluster))
                && Conditions.hold(fault.headers(), request);
    }

    @Override
    public void leave(@Nullable Outcome outcome, int code, long now) {
        active.decrementAndGet();
    }

    /** Calls that were made to wait. */
    public long delaysInjected() {
        return delays.sum();
    }

    /** Calls that were answered or broken off here, those included that ended while they waited for it. */
    public long abortsInjected() {
        return aborts.sum();
    }

    /** Calls that were let alone because enough were suffering already. */
    public long faultsOverflow() {
        return overflows.sum();
    }

    /** Calls that suffer now. */
    public int activeFaults() {
        return active.get();
    }

    @Override
    public String words(long now) {
        StringBuilder words = new StringBuilder("fault (").append(fault.scope()).append("):");
        Fault.Delay delay = fault.delay();
        if (delay != null) {
            words.append(' ').append(delay.share().words()).append(" of the calls wait ");
            words.append(delay.fromHeader() ? "as they ask" : delay.nanos() / 1_000_000 + " ms");
        }
        Fault.Abort abort = fault.abort();
        if (abort != null) {
            words.append(delay == null ? " " : ", ").append(abort.share().words());
            words.append(" of the calls get ").append(status(abort));
        }
        Fault.Share reset = fault.reset();
        if (reset != null) {
            words.append(delay == null && abort == null ? " " : ", ").append(reset.words());
            words.append(" of the calls are broken off");
        }
        if (!fault.cluster().isEmpty()) {
            words.append(", of those to cluster ").append(fault.cluster());
        }
        if (!fault.headers().isEmpty()) {
            words.append(", of those with ").append(Conditions.words(fault.headers()));
        }
        return words.append("; ").append(active.get()).append(" suffer now").toString();
    }

    private static String status(Fault.Abort abort) {
        if (abort.fromHeader()) {
            return "the status that they ask for";
        }
        return abort.httpStatus() > 0 ? "status " + abort.httpStatus() : "gRPC status " + abort.grpcStatus();
    }
}
