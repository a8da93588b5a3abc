package dev.weft.engine.drive;

import dev.weft.engine.Call;
import dev.weft.engine.Flight;
import dev.weft.engine.call.Answer;
import dev.weft.engine.call.Attempt;
import dev.weft.engine.call.End;
import dev.weft.engine.call.Head;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.call.Step;
import dev.weft.engine.snapshot.HeaderEdits;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One call of a library that blocks. The caller's thread reports every event until the delivery;
 * after it the end of the body is the only event, and a time limit may break the body off.
 *
 * <p>Fails open: when the engine or an adapter breaks before the first attempt, the library's own
 * call runs, unless its host is one that is never called in the clear; after it, what the library last gave is handed
 * out, and nothing is sent again.
 */
final class BlockingCall<R> implements Ending {
    @SuppressWarnings("rawtypes")
    private static final AtomicIntegerFieldUpdater<BlockingCall> STATE =
            AtomicIntegerFieldUpdater.newUpdater(BlockingCall.class, "state");

    /** States: a time limit broke the attempt that is being sent, or the body; it is over. */
    private static final int BROKEN = 1;

    private static final int BODY_BROKEN = 2;
    private static final int ENDED = 3;

    /**
     * That of the n-th attempt while it is being sent is greater by n: the timer may have taken up the task of one when
     * that is cancelled, and must not break off the next.
     */
    private static final int SENDING = 4;

    private static final long STOP_AGAIN_NANOS = 50_000_000L;

    private volatile int state;
    private final BlockingDriver driver;
    private final BlockingExchange<R> exchange;

    /** The last that was sent; it knows the call. */
    private @Nullable Flight attempt;

    private @Nullable R answer;
    private @Nullable Throwable thrown;
    private Timer.@Nullable Pending bodyLimit;

    BlockingCall(BlockingDriver driver, BlockingExchange<R> exchange) {
        this.driver = driver;
        this.exchange = exchange;
    }

    R run() throws Throwable {
        Call call = null;
        try {
            long now = driver.clock.nanos();
            call = driver.engine.call(exchange.request(), false);
            call.start(now);
            return loop(call, now);
        } catch (LibraryFailure failure) {
            throw failure.getCause();
        } catch (Refused deliberate) {
            throw deliberate;
        } catch (RuntimeException | LinkageError | AssertionError bug) {
            return afterBug(call, bug);
        } catch (Error fatal) {
            letGo(call);
            throw fatal;
        }
    }

    /** Gives back what the call holds, however far it came. What it has given back already stays so. */
    private void letGo(@Nullable Call over) {
        state = ENDED; // no timer of it breaks anything off any more
        if (over == null) {
            return;
        }
        try {
            long now = driver.clock.nanos();
            over.abandon(now);
            for (Flight open : over.attempts()) {
                over.end(open, End.CANCELLED, now);
            }
        } catch (RuntimeException | LinkageError | AssertionError bug) {
            driver.engine.bug(bug);
        }
    }

    /** The clock is read only where somebody looks at the time: a reading costs as much as a route. */
    private R loop(Call call, long start) throws LibraryFailure {
        long now = start;
        Flight toSend = null;
        Asked asked = null;
        while (true) {
            Step step = call.next(now);
            if (step instanceof Flight flight) {
                toSend = flight;
            } else if (step instanceof Step.Idle idle) {
                if (toSend != null) {
                    now = send(call, toSend, now, idle.wakeAt());
                    toSend = null;
                } else {
                    now = await(call, asked, idle.wakeAt());
                }
            } else if (step instanceof Step.Deliver deliver) {
                return deliver(call, deliver.edits(), now);
            } else if (step instanceof Step.Abort abort) {
                drop(call, abort.attempt());
                now = driver.clock.nanos();
            } else if (step instanceof Step.Reply reply) {
                return reply(reply.refusal());
            } else if (step instanceof Step.Ask ask) {
                asked = new Asked(ask, Thread.currentThread());
                driver.outside.bring(ask.question(), asked);
            } else if (step instanceof Step.Pass) {
                return original();
            }
        }
    }

    private long send(Call call, Flight next, long start, long limit) {
        if (attempt != null) {
            answer = null;
            thrown = null;
        }
        attempt = next;
        Timer.Pending watch = null;
        int sending = SENDING + next.number();
        if (limit != Long.MAX_VALUE) {
            state = sending;
            watch = driver.timer.schedule(limit, () -> breakSending(next, sending));
        }
        int[] nested = driver.nesting.enter();
        try {
            answer = exchange.send(next);
        } catch (VirtualMachineError fatal) {
            throw fatal;
        } catch (Throwable thrownByLibrary) {
            thrown = thrownByLibrary;
        } finally {
            Nesting.leave(nested);
        }
        if (watch != null) {
            watch.cancel();
            if (!STATE.compareAndSet(this, sending, 0)) {
                // Its time was over: the call will say Abort, and what came does not count.
                state = 0;
                return driver.clock.nanos();
            }
        }
        Throwable failure = thrown;
        if (failure != null) {
            long now = driver.clock.nanos();
            call.end(next, exchange.failure(failure), now);
            return now;
        }
        Head head = exchange.head(answered());
        long now = head.outcome() == Outcome.SUCCESS ? start : driver.clock.nanos();
        call.head(next, head, now);
        return now;
    }

    private R answered() {
        return Objects.requireNonNull(answer, "the library answered null");
    }

    /** On the timer's thread, as all that breaks something off. */
    private void breakSending(Attempt late, int sending) {
        if (STATE.compareAndSet(this, sending, BROKEN)) {
            stop(late);
        }
    }

    /** Again and again until the library comes back: it may not have begun, or be where nothing stops it. */
    private void stop(Attempt late) {
        exchange.abort(late);
        driver.timer.schedule(driver.clock.nanos() + STOP_AGAIN_NANOS, () -> {
            if (state == BROKEN && attempt == late) {
                stop(late);
            }
        });
    }

    private void breakBody(Attempt open) {
        if (STATE.compareAndSet(this, 0, BODY_BROKEN)) {
            exchange.abort(open);
        }
    }

    private void drop(Call call, Attempt unwanted) {
        if (unwanted == attempt && answer != null) {
            exchange.discard(answer);
            answer = null;
        }
        call.end(unwanted, End.CANCELLED, driver.clock.nanos());
    }

    private long await(Call call, @Nullable Asked asked, long wakeAt) {
        Answer arrived = asked == null ? null : asked.take();
        if (asked != null && arrived != null) {
            long now = driver.clock.nanos();
            call.answer(asked.question, arrived, now);
            return now;
        }
        driver.clock.park(this, wakeAt);
        Throwable given = exchange.givenUp();
        if (given == null && Thread.currentThread().isInterrupted()) {
            given = new InterruptedIOException("interrupted while the mesh prepared the call");
        }
        if (given != null) {
            // Give the thread back: what the library said last, if it said anything, else that it was given up.
            call.cancel(driver.clock.nanos());
            throw new GivenUp(given);
        }
        return driver.clock.nanos();
    }

    /** A question, and its answer once it is there. */
    private static final class Asked implements Consumer<Answer> {
        private final Step.Ask question;
        private final Thread waiting;
        private volatile @Nullable Answer answer;

        Asked(Step.Ask question, Thread waiting) {
            this.question = question;
            this.waiting = waiting;
        }

        @Override
        public void accept(Answer arrived) {
            answer = arrived;
            LockSupport.unpark(waiting);
        }

        @Nullable
        Answer take() {
            Answer arrived = answer;
            answer = null;
            return arrived;
        }
    }

    private R deliver(Call call, HeaderEdits edits, long now) throws LibraryFailure {
        if (thrown != null) {
            throw new LibraryFailure(thrown);
        }
        R whole = answered();
        Flight open = Objects.requireNonNull(attempt);
        if (state != 0) { // a volatile write is a fence, so not without need
            state = 0;
        }
        BodyWatch watch = call.heedsBytes() ? new BodyWatch(driver, exchange, call, open) : null;
        R handed;
        try {
            R complete = edits == HeaderEdits.NONE ? whole : exchange.with(whole, edits);
            handed = exchange.deliver(complete, watch == null ? this : watch);
        } catch (RuntimeException | LinkageError bug) {
            driver.engine.bug(bug);
            end(End.COMPLETE);
            return whole;
        }
        if (watch != null) {
            watch.begin();
            return handed;
        }
        Step after = state == ENDED ? Step.WAIT : call.next(now);
        if (after instanceof Step.Idle idle && idle.wakeAt() != Long.MAX_VALUE) {
            bodyLimit = driver.timer.schedule(idle.wakeAt(), () -> breakBody(open));
        }
        return handed;
    }

    @Override
    public boolean heedsTrailers() {
        Flight open = Objects.requireNonNull(attempt);
        return open.call().heedsTrailers(open);
    }

    /** The delivered answer is over: on the thread that read or closed it, or on the timer's. */
    @Override
    public void end(End end) {
        int before = STATE.getAndSet(this, ENDED);
        if (before == ENDED) {
            return;
        }
        Timer.Pending limit = bodyLimit;
        if (limit != null) {
            limit.cancel();
        }
        Flight open = attempt;
        if (open != null) {
            try {
                open.call().end(open, before == BODY_BROKEN ? late(end) : end, driver.clock.nanos());
            } catch (RuntimeException | LinkageError bug) {
                // The application is reading its answer: nothing of ours may disturb it.
                driver.engine.bug(bug);
            }
        }
    }

    /** To the library a body that a time limit broke off looks like a connection that broke. */
    private static End late(End end) {
        return end.outcome() == Outcome.SUCCESS
                ? end
                : new End(Outcome.DEADLINE, end.code(), end.cause(), end.trailers());
    }

    private R reply(Refusal refusal) {
        try {
            return exchange.reply(refusal);
        } catch (VirtualMachineError fatal) {
            throw fatal;
        } catch (Throwable chosen) {
            throw new Refused(chosen);
        }
    }

    private R original() throws LibraryFailure {
        int[] nested = driver.nesting.enter();
        try {
            return exchange.original();
        } catch (Throwable failure) {
            throw new LibraryFailure(failure);
        } finally {
            Nesting.leave(nested);
        }
    }

    private R afterBug(@Nullable Call call, Throwable bug) throws Throwable {
        GivenUp given = bug instanceof GivenUp up ? up : null;
        if (given == null) {
            driver.engine.bug(bug);
        }
        if (answer != null) {
            R last = answer;
            end(End.COMPLETE);
            if (given == null) {
                letGo(call);
            }
            return last;
        }
        if (given == null) {
            letGo(call);
        }
        if (thrown != null) {
            throw thrown;
        }
        if (given != null) {
            throw new Refused(given.thrown);
        }
        if (attempt == null) {
            Refusal insecure = driver.engine.insecure(exchange::request, bug);
            if (insecure != null) {
                return reply(insecure);
            }
            int[] nested = driver.nesting.enter();
            try {
                return exchange.original();
            } finally {
                Nesting.leave(nested);
            }
        }
        throw new Refused(new IOException("the mesh failed after the request was sent", bug));
    }

    /** Sets the library's own failures apart from bugs of ours. */
    private static final class LibraryFailure extends Exception {
        private static final long serialVersionUID = 1;

        LibraryFailure(Throwable cause) {
            super(null, cause, false, false);
        }
    }

    /** The application interrupted its thread, or gave the call up in the library's own way. */
    private static final class GivenUp extends RuntimeException {
        private static final long serialVersionUID = 1;

        /** What the application gets. */
        private final Throwable thrown;

        GivenUp(Throwable thrown) {
            super(null, thrown, false, false);
            this.thrown = thrown;
        }
    }
}
