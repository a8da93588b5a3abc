package dev.weft.proxy;

import dev.weft.admin.Loggers;
import dev.weft.proxy.Logger.Level;
import java.io.PrintStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Lines for people on the process's own output, by the part of the proxy that says them. */
final class ProxyLog implements Loggers {
    /** This process, its application, and its end. */
    static final String PROXY = "proxy";
    /** How it stands with the control plane; at debug each configuration that comes into force. */
    static final String CONTROL = "control";
    /** At debug, a line for each call, request and connection. */
    static final String CALLS = "calls";

    static final String DNS = "dns";
    static final String INTERCEPT = "intercept";
    static final String TLS = "tls";
    /** What the libraries under it say: Netty and gRPC. */
    static final String LIBRARIES = "libraries";

    private final PrintStream out;
    private final Map<String, Logger> loggers = new ConcurrentHashMap<>();

    ProxyLog(PrintStream out, Level level) {
        this.out = out;
        for (String name : List.of(PROXY, CONTROL, CALLS, DNS, INTERCEPT, TLS)) {
            loggers.put(name, new Logger(name, level, this::line));
        }
        // At info they would tell what concerns nobody.
        Logger libraries = new Logger(LIBRARIES, level == Level.INFO ? Level.WARN : level, this::line);
        loggers.put(LIBRARIES, libraries);
        libraries.follow(new LibraryLog(libraries)::level);
    }

    /** @param name one of the constants */
    Logger logger(String name) {
        Logger logger = loggers.get(name);
        if (logger == null) {
            throw new IllegalArgumentException("no logger " + name);
        }
        return logger;
    }

    @Override
    public Map<String, String> levels() {
        Map<String, String> levels = new TreeMap<>();
        loggers.forEach((name, logger) -> levels.put(name, logger.level().word()));
        return levels;
    }

    @Override
    public List<String> known() {
        return Stream.of(Level.values()).map(Level::word).toList();
    }

    @Override
    public void set(String logger, String level) {
        logger(logger).level(Level.of(level));
    }

    /** Whole lines as they stand. */
    void write(byte[] lines) {
        out.write(lines, 0, lines.length);
        out.flush();
    }

    private void line(String logger, Level level, String message) {
        out.println(Instant.now().truncatedTo(ChronoUnit.MILLIS) + " " + (level.word() + " ").substring(0, 5) + " ["
                + logger + "] " + message);
    }
}
