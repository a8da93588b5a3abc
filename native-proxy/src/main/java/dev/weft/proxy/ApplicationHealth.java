package dev.weft.proxy;

import dev.weft.client.ControlClient.Health;
import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.drive.Clock;
import dev.weft.proxy.config.ProxyConfig;
import dev.weft.proxy.health.HealthChecker;
import dev.weft.proxy.health.HealthChecker.Result;
import dev.weft.proxy.health.HealthChecker.State;
import dev.weft.telemetry.Json;
import dev.weft.telemetry.MetricWriter;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How the application is, as the control plane, the log and the admin listener are told. Once the proxy leaves, no check
 * says anything any more. Where there is no application to be called, it is UP from the beginning.
 */
final class ApplicationHealth {
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long PATIENCE_MILLIS = 2_000;

    private final String name;
    private final BiConsumer<Health, String> told;
    private final Consumer<String> log;
    private final Clock clock;
    private final EventLoop loop;
    private final @Nullable HealthChecker checker;
    private volatile boolean up;
    private volatile String reason = "it has not been checked yet";
    private boolean left;

    /**
     * @param application null where there is none to be called
     * @param told is the control plane: how it is, and why it is not up
     */
    ApplicationHealth(
            ProxyConfig config,
            @Nullable InetSocketAddress application,
            BiConsumer<Health, String> told,
            EventLoop loop,
            Clock clock,
            RandomSource random,
            Consumer<String> log) {
        this.name = "proxy " + config.service();
        this.told = told;
        this.log = log;
        this.clock = clock;
        this.loop = loop;
        this.checker = application == null
                ? null
                : HealthChecker.of(loop, application, config.health(), clock, random, this::hear);
    }

    /** Before anything is offered: nobody is to call it yet. */
    void announce() {
        told.accept(Health.STARTING, reason);
    }

    void begin() {
        if (checker == null) {
            up = true;
            told.accept(Health.UP, "");
        } else {
            loop.execute(checker::begin);
        }
    }

    /** Draining wins: what is heard while it begins is told before it, or never. */
    synchronized void hear(State state, String why) {
        if (left) {
            return;
        }
        up = state == State.UP;
        reason = why;
        switch (state) {
            case UP -> {
                log.accept(name + ": the application is up");
                told.accept(Health.UP, "");
            }
            case STARTING -> {
                log.accept(name + ": the application is not up yet: " + why);
                told.accept(Health.STARTING, "its check fails: " + why);
            }
            case DOWN -> {
                log.accept(name + ": the application is down: " + why);
                told.accept(Health.DOWN, "its check fails: " + why);
            }
        }
    }

    /** @param drains whether callers are to learn of it; not where another process serves in this one's place */
    synchronized void leave(boolean drains) {
        left = true;
        if (drains) {
            told.accept(Health.DRAINING, "");
        }
        if (checker != null && !loop.isShuttingDown()) {
            loop.execute(checker::end);
        }
    }

    /** Waits a little until nothing of a check is left. */
    void close() {
        leave(false);
        if (checker != null && !loop.isShuttingDown()) {
            loop.submit(checker::end).awaitUninterruptibly(PATIENCE_MILLIS);
            checker.close();
        }
    }

    boolean up() {
        return up;
    }

    /** Why it is not up. */
    String reason() {
        return reason;
    }

    /** UP, DOWN or STARTING. */
    String state() {
        return up
                ? State.UP.name()
                : checker == null ? State.STARTING.name() : checker.state().name();
    }

    /** The field {@code health}, where anything is checked. */
    void write(Json json) {
        if (checker == null) {
            return;
        }
        json.name("health")
                .beginObject()
                .field("check", checker.settings().kind())
                .field("state", checker.state().name())
                .field("successes", checker.successes())
                .field("failures", checker.failures());
        Result last = checker.last();
        if (last != null) {
            String failure = last.failure();
            json.name("last")
                    .beginObject()
                    .field("success", failure == null)
                    .field("reason", failure == null ? "" : failure)
                    .field("millis", last.nanos() / NANOS_PER_MILLI)
                    .field("millisAgo", (clock.nanos() - last.at()) / NANOS_PER_MILLI)
                    .endObject();
        }
        json.endObject();
    }

    void write(MetricWriter out) {
        if (checker == null) {
            return;
        }
        String kind = checker.settings().kind();
        out.family(
                        "weft_health_checks_total",
                        MetricWriter.Type.COUNTER,
                        "Checks of the application, by what came of them.")
                .sample(checker.successes(), "check", kind, "result", "success")
                .sample(checker.failures(), "check", kind, "result", "failure");
        out.single("weft_health_up", MetricWriter.Type.GAUGE, "Whether the application is up.", up ? 1 : 0);
    }
}
