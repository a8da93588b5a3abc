package dev.weft.proxy;

import dev.weft.client.report.Log;
import java.io.PrintStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Lines for people on the process's own output; the same warning at most once a minute. */
final class ProxyLog implements Log {
    private static final int MOST_REMEMBERED = 1000;

    private final PrintStream out;
    private final Map<String, Instant> warned = new ConcurrentHashMap<>();

    ProxyLog(PrintStream out) {
        this.out = out;
    }

    @Override
    public void info(String message) {
        line("info ", message);
    }

    @Override
    public void warn(String message) {
        Instant now = Instant.now();
        Instant before = warned.get(message);
        if (before != null && before.plus(1, ChronoUnit.MINUTES).isAfter(now)) {
            return;
        }
        if (warned.size() >= MOST_REMEMBERED) {
            warned.clear();
        }
        warned.put(message, now);
        line("warn ", message);
    }

    private void line(String level, String message) {
        out.println(Instant.now().truncatedTo(ChronoUnit.MILLIS) + " " + level + " " + message);
    }
}
