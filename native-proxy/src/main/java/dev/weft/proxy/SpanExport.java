package dev.weft.proxy;

import dev.weft.engine.drive.Timer;
import dev.weft.proxy.config.Tracing;
import dev.weft.telemetry.Origin;
import dev.weft.telemetry.export.Means;
import dev.weft.telemetry.export.SpanExporter;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The way of spans to a collector: the exporter of the agents, with what a proxy has for it. */
final class SpanExport {
    /** Netty's own thread for what belongs to no event loop; it begins with a task and ends when there is none. */
    private static final Timer TIMER = (at, task) -> {
        Future<?> pending = GlobalEventExecutor.INSTANCE.schedule(task, at - System.nanoTime(), TimeUnit.NANOSECONDS);
        return () -> pending.cancel(false);
    };

    private SpanExport() {}

    /** Null where nobody asks for it; then no class of it is loaded either. */
    static @Nullable SpanExporter of(Tracing tracing, Origin origin, Logger log, Consumer<Throwable> bug) {
        Tracing.Export to = tracing.export();
        return to == null ? null : exporter(to, origin, log, bug);
    }

    private static SpanExporter exporter(Tracing.Export to, Origin origin, Logger log, Consumer<Throwable> bug) {
        Means means = new Means(SpanExport::thread, TIMER, log::warn, bug);
        return new SpanExporter(to.format(), to.target(), to.delayNanos(), origin, means);
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "weft-proxy-export");
        thread.setDaemon(true);
        return thread;
    }
}
