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
import org.jspecify.annotations.Nullable;

/** Looks how the application is. Where there is none to be called, it is UP from the beginning. */
final class ApplicationHealth {
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long PATIENCE_MILLIS = 2_000;

    private final ServiceState service;
    private final Clock clock;
    private final EventLoop loop;
    private final @Nullable HealthChecker checker;

    /**
     * @param application null where there is none to be called
     * @param service is told of each change
     */
    ApplicationHealth(
            ProxyConfig config,
            @Nullable InetSocketAddress application,
            ServiceState service,
            EventLoop loop,
            Clock clock,
            RandomSource random) {
        this.service = service;
        this.clock = clock;
        this.loop = loop;
        this.checker = application == null
                ? null
                : HealthChecker.of(loop, application, config.health(), clock, random, this::hear);
    }

    void begin() {
        if (checker == null) {
            service.applicationIs(Health.UP, "");
        } else {
            loop.execute(checker::begin);
        }
    }

    private void hear(State state, String why) {
        service.applicationIs(
                switch (state) {
                    case UP -> Health.UP;
                    case STARTING -> Health.STARTING;
                    case DOWN -> Health.DOWN;
                },
                state == State.UP ? "" : "its check fails: " + why);
    }

    /** Looks no more. */
    void end() {
        if (checker != null && !loop.isShuttingDown()) {
            loop.execute(checker::end);
        }
    }

    /** Waits a little until nothing of a check is left. */
    void close() {
        if (checker != null && !loop.isShuttingDown()) {
            loop.submit(checker::end).awaitUninterruptibly(PATIENCE_MILLIS);
            checker.close();
        }
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
        out.single("weft_health_up", MetricWriter.Type.GAUGE, "Whether the application is up.", service.up() ? 1 : 0);
    }
}
