package dev.weft.adapters.httpclient5;

import dev.weft.engine.call.Attempt;
import java.util.concurrent.TimeUnit;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/** One attempt while the library works on it: where it goes, what stops it, how far it came. */
final class Sending {
    /** The attempt for which this thread opens a connection, or may do so, for the hook below. */
    private static final ThreadLocal<@Nullable Sending> CURRENT = new ThreadLocal<>();

    /** How far an attempt came. */
    enum Reach {
        /** Inside the library or the application's interceptors. */
        LOCAL,
        /** Waiting for a connection or opening it: nothing of the request has left. */
        REACHING,
        /** The request may have left. */
        SENT
    }

    private final Attempt attempt;
    private final Aim aim;
    private final Stop stop;
    private Reach reach;
    private Reach before;

    Sending(Attempt attempt, Aim aim, Stop stop, Reach reach) {
        this.attempt = attempt;
        this.aim = aim;
        this.stop = stop;
        this.reach = reach;
        this.before = reach;
    }

    static @Nullable Sending current() {
        return CURRENT.get();
    }

    void enter() {
        CURRENT.set(this);
    }

    void leave() {
        CURRENT.set(null); // an entry that stays costs less than one that is made for each attempt
    }

    Attempt attempt() {
        return attempt;
    }

    Aim aim() {
        return aim;
    }

    Stop stop() {
        return stop;
    }

    Reach reach() {
        return reach;
    }

    void reaching() {
        if (reach != Reach.REACHING) {
            before = reach;
            reach = Reach.REACHING;
        }
    }

    void reached() {
        reach = before;
    }

    void sent() {
        reach = Reach.SENT;
    }

    /** The shorter of the cluster's limit for connecting and the application's. */
    @Nullable
    Timeout connectLimit(@Nullable TimeValue application) {
        long nanos = attempt.connectTimeout();
        if (application == null && nanos == Long.MAX_VALUE) {
            return null;
        }
        if (application != null) {
            boolean shorter = application.getDuration() > 0 && application.toNanoseconds() <= nanos;
            if (shorter || nanos == Long.MAX_VALUE) {
                return Timeout.of(application.getDuration(), application.getTimeUnit());
            }
        }
        return Timeout.ofMilliseconds(Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos)));
    }
}
