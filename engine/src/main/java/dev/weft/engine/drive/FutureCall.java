package dev.weft.engine.drive;

import dev.weft.engine.Call;
import dev.weft.engine.call.Answer;
import dev.weft.engine.call.Attempt;
import dev.weft.engine.call.End;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.call.Step;
import dev.weft.engine.snapshot.HeaderEdits;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One call of a library that answers with a future. Events come from any thread; they are put into
 * a mailbox, and whoever finds it idle works it off, so that the call sees one at a time and nobody
 * waits.
 *
 * <p>Fails open as {@link BlockingCall} does.
 */
final class FutureCall<R, T> implements Mailbox.Worker {
    private final FutureDriver driver;
    private final FutureExchange<R, T> exchange;
    private final Result<T> result = new Result<>(new AtomicReference<>(this));
    private final Mailbox mailbox = new Mailbox();

    // Touched only by whoever works the mailbox off.
    private @Nullable Sending last;
    private @Nullable Call call;
    private Timer.@Nullable Pending alarm;
    private @Nullable CompletableFuture<T> handing;
    private boolean settled;

    /** The timer's, once it had something to do here. */
    private volatile @Nullable Thread timers;

    FutureCall(FutureDriver driver, FutureExchange<R, T> exchange) {
        this.driver = driver;
        this.exchange = exchange;
    }

    /**
     * What the application waits for, and what it makes of that: to interrupt any of these is to give the call up, as the
     * JDK's own client has it ({@code HttpClient.sendAsync}). Holds nothing of a call that is over.
     */
    private static final class Result<T> extends CompletableFuture<T> {
        private final AtomicReference<@Nullable FutureCall<?, ?>> open;

        Result(AtomicReference<@Nullable FutureCall<?, ?>> open) {
            this.open = open;
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            boolean interrupts = mayInterruptIfRunning && !isDone();
            boolean cancelled = super.cancel(mayInterruptIfRunning);
            FutureCall<?, ?> call = interrupts ? open.getAndSet(null) : null;
            if (call != null) {
                call.giveUp();
            }
            return cancelled;
        }

        @Override
        public <U> CompletableFuture<U> newIncompleteFuture() {
            return new Result<>(open);
        }
    }

    /** One attempt as the library has it. */
    private final class Sending implements BiConsumer<@Nullable R, @Nullable Throwable>, Runnable, Ending {
        private final Attempt attempt;
        private final boolean shadow;
        private final @Nullable Sending before;
        /** What has arrived, as long as it is in the mailbox. */
        private @Nullable R arrived;

        private @Nullable Throwable failed;
        private @Nullable R answer;
        private @Nullable Throwable thrown;
        private boolean dropped;
        private boolean ended;
        private boolean heedsBytes;
        private boolean heedsTrailers;

        Sending(Attempt attempt, boolean shadow, @Nullable Sending before) {
            this.attempt = attempt;
            this.shadow = shadow;
            this.before = before;
        }

        @Override
        public void accept(@Nullable R answer, @Nullable Throwable failure) {
            arrived = answer;
            failed = failure;
            post(this);
        }

        @Override
        public void run() {
            arrived(this, arrived, failed);
        }

        @Override
        public void end(End end) {
            post(() -> FutureCall.this.end(this, end));
        }

        @Override
        public boolean heedsBytes() {
            return heedsBytes;
        }

        @Override
        public boolean heedsTrailers() {
            return heedsTrailers;
        }

        @Override
        public void waits() {
            if (heedsBytes) {
                post(() -> Objects.requireNonNull(call).awaits(attempt, driver.clock.nanos()));
            }
        }

        @Override
        public void rests() {
            if (heedsBytes) {
                post(() -> Objects.requireNonNull(call).rests(attempt));
            }
        }
    }

    private @Nullable Sending sending(Attempt attempt) {
        Sending sending = last;
        while (sending != null && sending.attempt != attempt) {
            sending = sending.before;
        }
        return sending;
    }

    CompletableFuture<T> run() {
        post(() -> {
            call = driver.engine.call(exchange.request(), true);
            call.start(driver.clock.nanos());
        });
        return result;
    }

    private void post(Runnable event) {
        mailbox.post(event, this);
    }

    @Override
    public void work(Runnable event) {
        try {
            event.run();
            if (call != null) {
                steps(call);
            }
        } catch (RuntimeException | LinkageError | AssertionError bug) {
            driver.engine.bug(bug);
            afterBug(bug);
        } catch (Error fatal) {
            // Not thrown on: the thread may be anybody's, and the mailbox would count it as at work for ever.
            letGo(null);
            hand(CompletableFuture.failedFuture(fatal));
        }
    }

    private void steps(Call call) {
        while (true) {
            Step step = call.next(driver.clock.nanos());
            if (step instanceof Step.Idle idle) {
                alarm(idle.wakeAt());
                return;
            } else if (step instanceof Step.Send send) {
                send(new Sending(send.attempt(), false, last));
            } else if (step instanceof Step.Shadow shadow) {
                send(new Sending(shadow.attempt(), true, last));
            } else if (step instanceof Step.Abort abort) {
                drop(abort.attempt());
            } else if (step instanceof Step.Deliver deliver) {
                deliver(Objects.requireNonNull(call.delivered()), deliver.edits());
            } else if (step instanceof Step.Reply reply) {
                hand(exchange.reply(reply.refusal()));
            } else if (step instanceof Step.Pass) {
                hand(original());
            } else if (step instanceof Step.Ask ask) {
                driver.outside.bring(ask.question(), answer -> post(() -> answered(ask, answer)));
            }
        }
    }

    private void answered(Step.Ask ask, Answer answer) {
        if (call != null) {
            call.answer(ask, answer, driver.clock.nanos());
        }
    }

    private void alarm(long wakeAt) {
        if (alarm != null) {
            alarm.cancel();
            alarm = null;
        }
        if (wakeAt != Long.MAX_VALUE) {
            alarm = driver.timer.schedule(wakeAt, this::wake);
        }
    }

    private void wake() {
        timers = Thread.currentThread();
        post(() -> {});
    }

    private void send(Sending sending) {
        last = sending;
        CompletableFuture<R> future;
        int[] nested = driver.nesting.enter();
        try {
            future = exchange.send(sending.attempt);
        } catch (VirtualMachineError fatal) {
            throw fatal;
        } catch (Throwable failure) {
            future = CompletableFuture.failedFuture(failure);
        } finally {
            Nesting.leave(nested);
        }
        future.whenComplete(sending);
    }

    private void arrived(Sending sending, @Nullable R answer, @Nullable Throwable failure) {
        Call call = this.call;
        if (call == null) {
            return;
        }
        if (failure != null) {
            sending.thrown = unwrap(failure);
            if (!sending.dropped) {
                end(sending, exchange.failure(sending.thrown));
            }
        } else if (answer != null) {
            if (sending.dropped) {
                exchange.discard(answer);
                return;
            }
            sending.answer = answer;
            call.head(sending.attempt, exchange.head(answer), driver.clock.nanos());
            if (sending.shadow) {
                exchange.discard(answer);
                end(sending, End.COMPLETE);
            }
        }
    }

    private void end(Sending sending, End end) {
        if (!sending.ended && call != null) {
            sending.ended = true;
            call.end(sending.attempt, end, driver.clock.nanos());
        }
    }

    private void drop(Attempt unwanted) {
        Sending sending = sending(unwanted);
        if (sending == null || sending.ended) {
            return;
        }
        sending.dropped = true;
        if (sending.answer == null) {
            exchange.abort(unwanted);
        } else if (!settled || handing == null) {
            exchange.discard(sending.answer);
        } else {
            // Its body is being read by the application: only its time limit can break it off.
            exchange.abort(unwanted);
        }
        end(sending, End.CANCELLED);
    }

    private void deliver(Attempt attempt, HeaderEdits edits) {
        Sending sending = sending(attempt);
        if (sending == null) {
            throw new IllegalStateException("delivered before it was sent: " + attempt);
        }
        if (sending.answer == null) {
            hand(CompletableFuture.failedFuture(sending.thrown == null ? new CancellationException() : sending.thrown));
            return;
        }
        try {
            Call over = Objects.requireNonNull(call);
            sending.heedsBytes = over.heedsBytes();
            sending.heedsTrailers = over.heedsTrailers(attempt);
            R whole = edits == HeaderEdits.NONE ? sending.answer : exchange.with(sending.answer, edits);
            hand(exchange.deliver(whole, sending));
        } catch (RuntimeException | LinkageError bug) {
            driver.engine.bug(bug);
            end(sending, End.COMPLETE);
            exchange.discard(sending.answer);
            hand(CompletableFuture.failedFuture(new IOException("the mesh could not hand the answer over", bug)));
        }
    }

    private CompletableFuture<T> original() {
        int[] nested = driver.nesting.enter();
        try {
            return exchange.original();
        } catch (VirtualMachineError fatal) {
            throw fatal;
        } catch (Throwable failure) {
            return CompletableFuture.failedFuture(failure);
        } finally {
            Nesting.leave(nested);
        }
    }

    private void hand(CompletableFuture<T> what) {
        if (settled) {
            return;
        }
        settled = true;
        handing = what;
        what.whenComplete((value, failure) -> {
            if (Thread.currentThread() == timers) {
                // What the application does then may take its time, or wait for a call that needs the timer.
                driver.elsewhere.execute(() -> complete(value, failure));
            } else {
                complete(value, failure);
            }
        });
    }

    private void complete(T value, @Nullable Throwable failure) {
        result.open.set(null);
        if (failure == null) {
            result.complete(value);
        } else {
            result.completeExceptionally(failure instanceof CompletionException ? unwrap(failure) : failure);
        }
    }

    private void giveUp() {
        result.completeExceptionally(new CancellationException());
        post(this::cancelled);
    }

    private void cancelled() {
        if (handing != null) {
            handing.cancel(true);
        }
        settled = true;
        if (call != null) {
            call.cancel(driver.clock.nanos());
        }
    }

    private void afterBug(Throwable bug) {
        if (settled) {
            return;
        }
        for (Sending sending = last; sending != null; sending = sending.before) {
            if (!sending.shadow && sending.answer != null && !sending.dropped) {
                letGo(sending);
                deliver(sending.attempt, HeaderEdits.NONE);
                return;
            }
        }
        letGo(null);
        for (Sending sending = last; sending != null; sending = sending.before) {
            if (!sending.shadow && sending.thrown != null) {
                hand(CompletableFuture.failedFuture(sending.thrown));
                return;
            }
        }
        if (last == null) {
            Refusal insecure = driver.engine.insecure(exchange::request, bug);
            hand(insecure == null ? original() : exchange.reply(insecure));
        } else {
            hand(CompletableFuture.failedFuture(new IOException("the mesh failed after the request was sent", bug)));
        }
    }

    /**
     * Gives back what the call holds, however far it came.
     *
     * @param but what is handed out and ends later; what comes of the others is not wanted any more
     */
    private void letGo(@Nullable Sending but) {
        if (call == null) {
            return;
        }
        try {
            call.abandon(driver.clock.nanos());
            for (Sending sending = last; sending != null; sending = sending.before) {
                if (sending != but) {
                    @Nullable R unread = sending.dropped || sending.ended ? null : sending.answer;
                    sending.dropped = true;
                    end(sending, End.CANCELLED);
                    if (unread != null) {
                        exchange.discard(unread);
                    }
                }
            }
        } catch (RuntimeException | LinkageError | AssertionError bug) {
            driver.engine.bug(bug);
        }
    }

    private static Throwable unwrap(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }
}
