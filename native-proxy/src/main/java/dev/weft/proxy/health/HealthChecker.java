package dev.weft.proxy.health;

import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.drive.Clock;
import dev.weft.engine.drive.Timer;
import dev.weft.health.Streak;
import dev.weft.health.Streak.Verdict;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Asks how the application is, again and again and never twice at once. It is STARTING until enough successes in a row
 * make it UP; from then on enough failures in a row make it DOWN, and enough successes UP again. All of it on one event
 * loop; whoever wants to know may ask on any thread.
 */
public final class HealthChecker {
    private final Asking asking;
    private final Clock clock;
    private final Timer timer;
    private final RandomSource random;
    private final HealthSettings settings;
    private final News news;
    private final Streak streak;
    private final LongAdder successes = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private volatile State state = State.STARTING;
    private volatile @Nullable Result last;

    private @Nullable Runnable cancel;
    private Timer.@Nullable Pending alarm;
    private boolean isAsking;
    /** Time was up: what it says in the end is of no interest. */
    private boolean isLate;

    /** Why it is not well, as it was heard last; null while nothing is wrong, or not for long enough. */
    private @Nullable String told;

    private boolean isEnded;
    private long began;

    /** How the application is. */
    public enum State {
        /** It has never been well. */
        STARTING,
        UP,
        DOWN
    }

    /** Hears of each change, of what is STARTING too that it fails, and of each other reason; on the loop. */
    @FunctionalInterface
    public interface News {
        /** @param reason why it is not well; empty when it is */
        void hear(State state, String reason);
    }

    /**
     * What came of a check.
     *
     * @param failure null for a success
     * @param at on the clock, when it was over
     */
    public record Result(@Nullable String failure, long at, long nanos) {}

    HealthChecker(Asking asking, HealthSettings settings, Clock clock, Timer timer, RandomSource random, News news) {
        this.asking = asking;
        this.settings = settings;
        this.clock = clock;
        this.timer = timer;
        this.random = random;
        this.news = news;
        this.streak = new Streak(settings.healthy(), settings.unhealthy());
    }

    /** @param application where it listens; its port counts where the settings have none */
    public static HealthChecker of(
            EventLoop loop,
            InetSocketAddress application,
            HealthSettings settings,
            Clock clock,
            RandomSource random,
            News news) {
        InetSocketAddress at =
                settings.port() == 0 ? application : new InetSocketAddress(application.getAddress(), settings.port());
        Asking asking = settings.check() == null
                ? new Command(loop, settings.command())
                : new Network(loop, at, settings.check(), Duration.ofNanos(settings.timeoutNanos()));
        Timer timer = (when, task) -> {
            var scheduled = loop.schedule(task, when - clock.nanos(), TimeUnit.NANOSECONDS);
            return () -> scheduled.cancel(false);
        };
        return new HealthChecker(asking, settings, clock, timer, random, news);
    }

    /** On the loop: begins with a check. */
    public void begin() {
        if (isEnded) {
            return;
        }
        began = clock.nanos();
        if (isAsking) {
            seen("the check before it has not ended yet");
            later();
            return;
        }
        isAsking = true;
        isLate = false;
        alarm = timer.schedule(began + settings.timeoutNanos(), this::late);
        Runnable ends = asking.begin(this::over);
        cancel = isAsking ? ends : null; // it may be over already
    }

    /** On the loop: nothing is asked any more, and nothing is heard. */
    public void end() {
        if (isEnded) {
            return;
        }
        isEnded = true;
        stopAlarm();
        if (cancel != null) {
            cancel.run();
        }
    }

    /** After the end, on any other thread: waits a little until nothing is left of a check. */
    public void close() {
        asking.close();
    }

    private void over(@Nullable String failure) {
        isAsking = false;
        cancel = null;
        if (!isLate && !isEnded) {
            stopAlarm();
            seen(failure);
            later();
        }
    }

    private void late() {
        isLate = true;
        seen("no answer in time");
        later();
        if (cancel != null) {
            cancel.run();
        }
    }

    private void later() {
        long jitter = settings.jitterNanos() == 0 ? 0 : Math.floorMod(random.bits(), settings.jitterNanos());
        alarm = timer.schedule(clock.nanos() + settings.intervalNanos() + jitter, this::begin);
    }

    private void stopAlarm() {
        if (alarm != null) {
            alarm.cancel();
        }
    }

    private void seen(@Nullable String failure) {
        long now = clock.nanos();
        last = new Result(failure, now, now - began);
        (failure == null ? successes : failures).increment();
        Verdict verdict = streak.add(failure == null);
        if (verdict == Verdict.WELL && state != State.UP) {
            state = State.UP;
            told = null;
            news.hear(State.UP, "");
        } else if (failure != null && (verdict == Verdict.ILL || told != null) && !failure.equals(told)) {
            if (state == State.UP) {
                state = State.DOWN; // what has never been well starts for as long as it takes
            }
            told = failure;
            news.hear(state, failure);
        }
    }

    public State state() {
        return state;
    }

    /** Null until one is over. */
    public @Nullable Result last() {
        return last;
    }

    public HealthSettings settings() {
        return settings;
    }

    public long successes() {
        return successes.sum();
    }

    public long failures() {
        return failures.sum();
    }
}
