package dev.weft.agent;

import dev.weft.agent.log.Log;
import dev.weft.agent.log.LogLevel;
import dev.weft.agent.workload.Tracers;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether somebody else traces this application, so that we make no span and no header. Another agent
 * is looked for at the first call and not in premain, where it may not have started yet.
 */
final class Tracing implements BooleanSupplier {
    private final boolean wanted;
    private final Log log;
    private volatile @Nullable Boolean other;

    Tracing(boolean wanted, Log log) {
        this.wanted = wanted;
        this.log = log;
    }

    @Override
    public boolean getAsBoolean() {
        Boolean known = other;
        return known != null ? known : look();
    }

    private synchronized boolean look() {
        Boolean known = other;
        if (known == null) {
            String agent = wanted ? Tracers.inThisJvm(ClassLoader.getSystemClassLoader()) : null;
            known = !wanted || agent != null;
            other = known;
            if (agent != null) {
                say(agent);
            }
        }
        return known;
    }

    synchronized void found(String what) {
        if (!Boolean.TRUE.equals(other)) {
            other = true;
            say(what);
        }
    }

    private void say(String what) {
        log.say(LogLevel.INFO, "tracing: " + what + " traces this application: no spans and no headers of ours");
    }
}
