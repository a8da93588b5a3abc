package dev.weft.agent;

import dev.weft.agent.log.Log;
import dev.weft.agent.log.LogLevel;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** Failures of our own: counted, and logged with the place where they happened. */
final class Bugs implements Consumer<Throwable> {
    private final Log log;
    private final LongAdder count = new LongAdder();

    Bugs(Log log) {
        this.log = log;
    }

    @Override
    public void accept(Throwable bug) {
        count.increment();
        StackTraceElement[] trace = bug.getStackTrace();
        String place = trace.length == 0 ? "" : " at " + trace[0];
        log.failure("bug" + place, LogLevel.ERROR, "our own failure, the call went on without us: " + bug + place);
    }

    long count() {
        return count.sum();
    }
}
