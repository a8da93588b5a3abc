package dev.weft.agent;

import dev.weft.agent.log.Log;
import dev.weft.agent.log.LogLevel;
import dev.weft.agent.weave.Weaver;
import dev.weft.agent.workload.LazyTimer;
import dev.weft.agent.workload.Lifecycle;
import dev.weft.engine.Engine;
import dev.weft.engine.drive.Clock;

/**
 * The way out of a JVM that goes on. New calls pass; those that are open keep everything they need until they
 * have ended, or have had their time; then the woven code goes, and what runs.
 */
final class Departure {
    private static final long PATIENCE_NANOS = 30_000_000_000L;
    /** A call that has just been let in, and is not counted yet, is by then. */
    private static final long QUIET_NANOS = 100_000_000L;

    private static final long LOOK_NANOS = 10_000_000L;

    private final Engine engine;
    private final Pausing pausing;
    private final Clock clock;
    private final Lifecycle lifecycle;
    private final Weaver weaver;
    private final Member member;
    private final Reporting reporting;
    private final LazyTimer timer;
    private final Log log;

    Departure(
            Engine engine,
            Pausing pausing,
            Clock clock,
            Lifecycle lifecycle,
            Weaver weaver,
            Member member,
            Reporting reporting,
            LazyTimer timer,
            Log log) {
        this.engine = engine;
        this.pausing = pausing;
        this.clock = clock;
        this.lifecycle = lifecycle;
        this.weaver = weaver;
        this.member = member;
        this.reporting = reporting;
        this.timer = timer;
        this.log = log;
    }

    /** Blocks until it is done. */
    void go() {
        pausing.leave();
        lifecycle.leaving();
        awaitCalls();
        weaver.detach();
        member.close();
        reporting.close();
        timer.end();
    }

    private void awaitCalls() {
        long start = clock.nanos();
        long lastOpen = start;
        for (long now = start; now - lastOpen < QUIET_NANOS; now = clock.nanos()) {
            int open = engine.underWay();
            if (open > 0) {
                lastOpen = now;
            }
            if (now - start > PATIENCE_NANOS) {
                log.say(LogLevel.WARN, "detach: " + open + " calls were still open and go on without us");
                return;
            }
            clock.park(this, now + LOOK_NANOS);
        }
    }
}
