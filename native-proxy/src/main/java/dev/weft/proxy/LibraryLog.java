package dev.weft.proxy;

import dev.weft.proxy.Logger.Level;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import java.util.stream.Stream;

/** What Netty and gRPC say through {@code java.util.logging}, as lines of a logger of ours. */
final class LibraryLog extends Handler {
    private final Logger to;

    /** Held here, since who sets a level and lets go of the logger may lose it. */
    private final List<java.util.logging.Logger> from = Stream.of("io.netty", "io.grpc")
            .map(java.util.logging.Logger::getLogger)
            .toList();

    /** Those of gRPC that say each frame; held here, since they go with nobody who holds them. */
    private final List<java.util.logging.Logger> frames = Stream.of(
                    "io.grpc.netty.NettyClientHandler", "io.grpc.netty.NettyServerHandler")
            .map(java.util.logging.Logger::getLogger)
            .toList();

    LibraryLog(Logger to) {
        this.to = to;
        for (java.util.logging.Logger one : from) {
            one.setUseParentHandlers(false);
            one.addHandler(this);
        }
    }

    /** From now on they say so much. */
    void level(Level level) {
        java.util.logging.Level theirs = switch (level) {
            case OFF -> java.util.logging.Level.OFF;
            case ERROR -> java.util.logging.Level.SEVERE;
            case WARN -> java.util.logging.Level.WARNING;
            case INFO -> java.util.logging.Level.INFO;
            case DEBUG -> java.util.logging.Level.FINE;
        };
        from.forEach(one -> one.setLevel(theirs));
        // They would write out whole heads, and the control plane's token stands in one.
        frames.forEach(one -> one.setLevel(level == Level.DEBUG ? java.util.logging.Level.INFO : theirs));
    }

    @Override
    public void publish(LogRecord line) {
        int weight = line.getLevel().intValue();
        Level level = weight >= java.util.logging.Level.SEVERE.intValue()
                ? Level.ERROR
                : weight >= java.util.logging.Level.WARNING.intValue()
                        ? Level.WARN
                        : weight >= java.util.logging.Level.INFO.intValue() ? Level.INFO : Level.DEBUG;
        Throwable thrown = line.getThrown();
        to.say(
                level,
                line.getLoggerName() + ": " + new SimpleFormatter().formatMessage(line)
                        + (thrown == null ? "" : ": " + thrown));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
