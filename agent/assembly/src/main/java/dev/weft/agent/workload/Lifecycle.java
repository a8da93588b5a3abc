package dev.weft.agent.workload;

import dev.weft.agent.config.Config;
import dev.weft.agent.log.Log;
import dev.weft.agent.log.LogLevel;
import dev.weft.agent.workload.Membership.Health;
import dev.weft.engine.adapt.Workload;
import dev.weft.engine.drive.Clock;
import dev.weft.engine.drive.Timer;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The life of the application as its adapters tell it, and what the mesh is told of it: nothing
 * until it is ready, then its name and ports, at its end that it drains. An application that closes
 * and starts again in the same JVM joins again.
 */
public final class Lifecycle implements Workload {
    /** A server that says nothing of being ready is so when its last port has been open this long. */
    private static final long SETTLE_NANOS = 300_000_000L;

    private enum Phase {
        STARTING,
        READY,
        DRAINING,
        DRAINED,
        /** The application is no longer ours to speak for. */
        GONE
    }

    private final Config config;
    private final Clock clock;
    private final Timer timer;
    private final Membership membership;
    private final Drain drain;
    private final Surroundings surroundings;
    private final Log log;

    private final Runnable readyTask = new Settled();
    private final Object stops = new Object();
    private final Map<Integer, String> ports = new TreeMap<>();
    private final Set<Integer> management = new TreeSet<>();
    private @Nullable String own;
    private boolean saysReady;
    private Timer.@Nullable Pending settling;
    private volatile Phase phase = Phase.STARTING;

    public Lifecycle(
            Config config, Clock clock, Timer timer, Membership membership, Surroundings surroundings, Log log) {
        this.config = config;
        this.clock = clock;
        this.timer = timer;
        this.membership = membership;
        this.drain = new Drain(clock, surroundings);
        this.surroundings = surroundings;
        this.log = log;
    }

    /** The name by what is known so far. */
    public synchronized String service() {
        return Names.choose(
                config.service(), System.getenv("OTEL_SERVICE_NAME"), own, System.getProperty("sun.java.command"));
    }

    /** {@code STARTING}, {@code UP} or {@code DRAINING}. */
    public String state() {
        Phase now = phase;
        return now == Phase.READY ? "UP" : now == Phase.STARTING ? "STARTING" : "DRAINING";
    }

    /** What is offered or will be. */
    public synchronized Map<Integer, String> ports() {
        Map<Integer, String> offered = new TreeMap<>(ports);
        offered.keySet().removeAll(management);
        return offered;
    }

    @Override
    public synchronized void named(String name) {
        own = name;
    }

    @Override
    public synchronized void starting() {
        saysReady = true;
        if (phase == Phase.DRAINED) {
            phase = Phase.STARTING;
            ports.clear();
            management.clear();
        }
    }

    @Override
    public synchronized void management(int port) {
        management.add(port);
        if (phase == Phase.READY) {
            membership.offer(ports());
        }
    }

    @Override
    public synchronized void otherTracer(String what) {
        surroundings.otherTracer(what);
    }

    @Override
    public boolean late() {
        return surroundings.late();
    }

    @Override
    public synchronized void listening(int port, String protocol) {
        if (phase == Phase.DRAINED && !saysReady) {
            phase = Phase.STARTING;
            ports.clear();
        }
        ports.put(port, protocol);
        if (phase == Phase.READY) {
            membership.offer(ports());
        } else if (!saysReady && phase == Phase.STARTING) {
            if (settling != null) {
                settling.cancel();
            }
            settling = timer.schedule(clock.nanos() + SETTLE_NANOS, readyTask);
        }
    }

    @Override
    public synchronized void ready() {
        if (phase == Phase.READY || phase == Phase.DRAINING || phase == Phase.GONE) {
            return;
        }
        phase = Phase.READY;
        String service = service();
        log.say(LogLevel.INFO, "workload " + service + ": ready, ports " + ports());
        membership.join(service);
        membership.offer(ports());
        membership.health(Health.UP);
    }

    /** Also when several threads say so at once: each returns when the workload has drained. */
    @Override
    public void stopping() {
        synchronized (stops) {
            synchronized (this) {
                if (settling != null) {
                    settling.cancel();
                }
                if (phase != Phase.READY) {
                    return; // nobody sends us calls
                }
                phase = Phase.DRAINING;
                membership.health(Health.DRAINING);
            }
            log.say(LogLevel.INFO, "workload " + service() + ": draining");
            boolean served = ports().isEmpty() || drain.await(config.drainMillis() * 1_000_000L);
            membership.leave();
            phase = Phase.DRAINED;
            log.say(
                    served ? LogLevel.INFO : LogLevel.WARN,
                    "workload " + service() + (served ? ": drained" : ": stops with calls still being served"));
        }
    }

    /** The agent leaves, the application goes on: callers go elsewhere, or come as they would without us. */
    public void leaving() {
        synchronized (stops) {
            synchronized (this) {
                if (settling != null) {
                    settling.cancel();
                }
                boolean member = phase == Phase.READY;
                phase = Phase.GONE;
                if (!member) {
                    return;
                }
                membership.health(Health.DRAINING);
            }
            membership.leave();
        }
    }

    @Override
    public boolean draining() {
        return phase == Phase.DRAINING || phase == Phase.DRAINED;
    }

    /** A class and not a lambda: the application waits while its first port is told. */
    private final class Settled implements Runnable {
        @Override
        public void run() {
            ready();
        }
    }
}
