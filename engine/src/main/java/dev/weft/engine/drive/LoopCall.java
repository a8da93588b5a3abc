package dev.weft.engine.drive;

import dev.weft.engine.Call;
import dev.weft.engine.call.Answer;
import dev.weft.engine.call.Attempt;
import dev.weft.engine.call.End;
import dev.weft.engine.call.Head;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.call.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The calls of one exchange, one at a time, on its event loop. Reused from call to call, so that a call of a
 * connection that is kept makes nothing of the driver's.
 *
 * <p>Fails open as {@link BlockingCall} does.
 */
public final class LoopCall {
    private final LoopDriver driver;
    private final LoopExchange exchange;

    private @Nullable Call call;
    private final List<Attempt> open = new ArrayList<>(2);
    private boolean stepping;
    /** Something was sent or refused: the original may not run any more. */
    private boolean decided;

    private boolean settled;
    private long alarm;

    LoopCall(LoopDriver driver, LoopExchange exchange) {
        this.driver = driver;
        this.exchange = exchange;
    }

    /** A call begins; the one before is over. */
    public void start() {
        decided = false;
        settled = false;
        alarm = Long.MAX_VALUE;
        open.clear();
        call = null;
        try {
            Call begun = driver.engine.call(exchange.request(), true);
            call = begun;
            long now = driver.clock.nanos();
            begun.start(now);
            steps(begun, now);
        } catch (RuntimeException | Error bug) {
            afterBug(bug);
        }
    }

    /** The call that is under way, or the last one. */
    public Call call() {
        return Objects.requireNonNull(call);
    }

    /** The answer of an attempt began. */
    public void head(Attempt attempt, Head head) {
        try {
            long now = driver.clock.nanos();
            call().head(attempt, head, now);
            steps(call(), now);
        } catch (RuntimeException | Error bug) {
            afterBug(bug);
        }
    }

    /** Whether {@link #waits} and {@link #rests} are heard for the answer that was delivered. */
    public boolean heedsBytes() {
        return call().heedsBytes();
    }

    /** Whether what comes behind this attempt's answer is to be told with its end. */
    public boolean heedsTrailers(Attempt attempt) {
        return call().heedsTrailers(attempt);
    }

    /** More of the delivered answer is awaited from now on: some has come, or somebody takes it again. */
    public void waits(Attempt attempt) {
        try {
            long now = driver.clock.nanos();
            call().awaits(attempt, now);
            steps(call(), now);
        } catch (RuntimeException | Error bug) {
            afterBug(bug);
        }
    }

    /** Whoever reads the delivered answer takes no more for now. */
    public void rests(Attempt attempt) {
        try {
            call().rests(attempt);
            steps(call(), driver.clock.nanos());
        } catch (RuntimeException | Error bug) {
            afterBug(bug);
        }
    }

    /** An attempt is over. Only the first report counts. */
    public void end(Attempt attempt, End end) {
        try {
            long now = driver.clock.nanos();
            ended(attempt, end, now);
            steps(call(), now);
        } catch (RuntimeException | Error bug) {
            afterBug(bug);
        }
    }

    private void ended(Attempt attempt, End end, long now) {
        open.remove(attempt);
        call().end(attempt, end, now);
    }

    /** The time that {@link LoopExchange#wakeAt} named has come. */
    public void wake() {
        alarm = Long.MAX_VALUE;
        if (call != null) {
            try {
                steps(call, driver.clock.nanos());
            } catch (RuntimeException | Error bug) {
                afterBug(bug);
            }
        }
    }

    /** Whoever waited for the answer has gone. */
    public void cancel() {
        settled = true;
        if (call != null) {
            try {
                long now = driver.clock.nanos();
                call.cancel(now);
                steps(call, now);
            } catch (RuntimeException | Error bug) {
                afterBug(bug);
            }
        }
    }

    private void steps(Call call, long now) {
        if (stepping) {
            return; // whoever is at it sees to what has come meanwhile
        }
        stepping = true;
        try {
            Step step = call.next(now);
            while (!(step instanceof Step.Idle idle)) {
                step(call, step, now);
                if (call != this.call) {
                    return; // it was over, and the next has begun
                }
                step = call.next(now);
            }
            if (idle.wakeAt() != alarm) {
                alarm = idle.wakeAt();
                exchange.wakeAt(alarm);
            }
        } finally {
            stepping = false;
        }
    }

    private void step(Call call, Step step, long now) {
        if (step instanceof Step.Send send) {
            decided = true;
            open.add(send.attempt());
            exchange.send(send.attempt());
        } else if (step instanceof Step.Deliver deliver) {
            exchange.deliver(Objects.requireNonNull(call.delivered()), deliver.edits());
            settled = true;
        } else if (step instanceof Step.Abort abort) {
            boolean runs = open.contains(abort.attempt());
            ended(abort.attempt(), End.CANCELLED, now); // whoever hears of the call's end may still look at its request
            if (runs) {
                exchange.abort(abort.attempt());
            }
        } else if (step instanceof Step.Reply reply) {
            decided = true;
            exchange.reply(reply.refusal());
            settled = true;
        } else if (step instanceof Step.Shadow shadow) {
            exchange.shadow(shadow.attempt(), end -> copied(call, shadow.attempt(), end));
        } else if (step instanceof Step.Ask ask) {
            driver.outside.bring(ask.question(), answer -> exchange.execute(() -> answered(call, ask, answer)));
        } else if (step instanceof Step.Pass) {
            settled = true;
            exchange.original();
        }
    }

    /** A copy may outlive its call. */
    private void copied(Call of, Attempt copy, End end) {
        try {
            of.end(copy, end, driver.clock.nanos());
        } catch (RuntimeException | Error bug) {
            driver.engine.bug(bug);
        }
    }

    private void answered(Call of, Step.Ask ask, Answer answer) {
        if (of != call || settled) {
            return;
        }
        try {
            long now = driver.clock.nanos();
            of.answer(ask, answer, now);
            steps(of, now);
        } catch (RuntimeException | Error bug) {
            afterBug(bug);
        }
    }

    /** The exchange itself has met a bug where it stands between its peer and the call. */
    public void bug(Throwable bug) {
        afterBug(bug);
    }

    private void afterBug(Throwable bug) {
        driver.engine.bug(bug);
        if (settled) {
            return;
        }
        settled = true;
        abandon();
        Attempt handed = decided ? exchange.broken(bug) : null;
        endAllBut(handed);
        if (!decided) {
            Refusal insecure = driver.engine.insecure(exchange::request, bug);
            if (insecure == null) {
                exchange.original();
            } else {
                exchange.reply(insecure);
            }
        }
    }

    /** Gives back what the call holds, however far it came. */
    private void abandon() {
        if (call != null) {
            try {
                call.abandon(driver.clock.nanos());
            } catch (RuntimeException | Error another) {
                driver.engine.bug(another);
            }
        }
    }

    /** What is handed over ends later. */
    private void endAllBut(@Nullable Attempt handed) {
        try {
            for (Attempt attempt : List.copyOf(open)) {
                if (attempt != handed) {
                    exchange.abort(attempt);
                    ended(attempt, End.CANCELLED, driver.clock.nanos());
                }
            }
        } catch (RuntimeException | Error another) {
            driver.engine.bug(another);
        }
    }
}
