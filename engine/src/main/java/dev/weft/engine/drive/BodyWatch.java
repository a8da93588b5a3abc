package dev.weft.engine.drive;

import dev.weft.engine.Call;
import dev.weft.engine.call.Attempt;
import dev.weft.engine.call.End;
import dev.weft.engine.call.Step;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer of a library that blocks, where it counts how long the application waits for each piece of it.
 *
 * <p>The reading thread only notes since when it waits. The timer's thread looks at the note when a wait that had begun
 * at once would be too long, tells the call, and looks again when the call says so. The call sees one event at a time:
 * whoever ends the body while the timer's thread looks leaves the report to it.
 */
final class BodyWatch implements Ending {
    private static final int OPEN = 0;
    private static final int LOOKING = 1;
    private static final int ENDED = 2;

    /** It waits for nothing. Clocks may say anything else. */
    private static final long NOT = Long.MIN_VALUE;

    /** Its time is over. */
    private static final long OVER = Long.MIN_VALUE;

    private final BlockingDriver driver;
    private final BlockingExchange<?> exchange;
    private final Call call;
    private final Attempt attempt;
    private final AtomicInteger state = new AtomicInteger();

    private volatile long since = NOT;
    private volatile Timer.@Nullable Pending look;
    private @Nullable End late;

    BodyWatch(BlockingDriver driver, BlockingExchange<?> exchange, Call call, Attempt attempt) {
        this.driver = driver;
        this.exchange = exchange;
        this.call = call;
        this.attempt = attempt;
    }

    /** The application has the answer. */
    void begin() {
        look();
    }

    @Override
    public boolean heedsBytes() {
        return true;
    }

    @Override
    public boolean heedsTrailers() {
        return call.heedsTrailers(attempt);
    }

    @Override
    public void waits() {
        since = driver.clock.nanos();
    }

    @Override
    public void rests() {
        since = NOT;
    }

    @Override
    public void end(End end) {
        if (state.compareAndSet(OPEN, ENDED)) {
            report(end);
            return;
        }
        late = late == null ? end : late;
        if (state.getAndSet(ENDED) == OPEN) {
            report(Objects.requireNonNull(late));
        }
    }

    /** On the timer's thread, but for the first time. */
    private void look() {
        if (!state.compareAndSet(OPEN, LOOKING)) {
            return;
        }
        long again = Long.MAX_VALUE;
        try {
            again = tell(driver.clock.nanos());
        } catch (RuntimeException | LinkageError bug) {
            driver.engine.bug(bug); // the body is read on, unwatched
        }
        boolean ended = !state.compareAndSet(LOOKING, OPEN);
        if (ended) {
            report(Objects.requireNonNull(late));
        } else if (again == OVER) {
            exchange.abort(attempt);
        } else if (again != Long.MAX_VALUE) {
            look = driver.timer.schedule(again, this::look); // not before it is open: that may be at once
        }
    }

    /** When to look again; {@link #OVER} where the call wants it broken off. */
    private long tell(long now) {
        long waiting = since;
        call.awaits(attempt, waiting == NOT ? now : waiting);
        while (true) {
            Step step = call.next(now);
            if (step instanceof Step.Abort) {
                return OVER;
            }
            if (step instanceof Step.Idle idle) {
                return idle.wakeAt();
            }
        }
    }

    private void report(End end) {
        Timer.Pending pending = look;
        if (pending != null) {
            pending.cancel();
        }
        try {
            call.end(attempt, end, driver.clock.nanos());
        } catch (RuntimeException | LinkageError bug) {
            // The application is reading its answer: nothing of ours may disturb it.
            driver.engine.bug(bug);
        }
    }
}
