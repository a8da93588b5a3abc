package dev.weft.control.log;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Log lines: time, level, and what happened to what.
 *
 * <p>A thread may have its lines written together, when it has done what waits for it: thousands of workloads that come
 * back at once are thousands of lines. They are still in order, with those of other threads and with whatever is wrong.
 */
public final class Log {
    private static final int MAX_HELD = 16 * 1024;

    private static final Duration QUIET = Duration.ofMinutes(1);
    private static final int MAX_CAUSES = 1_000;

    private final PrintStream out;
    private final Clock clock;
    private final boolean debug;
    private final boolean isJson;
    private final StringBuilder held = new StringBuilder();
    private volatile @Nullable Thread holder;

    /** The second of the last line, which is that of most. */
    private volatile Second second = new Second(Long.MIN_VALUE, "");

    private final Map<String, Instant> quietUntil = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Instant> eldest) {
            return size() > MAX_CAUSES;
        }
    };

    public Log(PrintStream out, Clock clock, boolean debug) {
        this(out, clock, debug, false);
    }

    /** @param isJson each line is an object with {@code time}, {@code level} and {@code message} */
    public Log(PrintStream out, Clock clock, boolean debug, boolean isJson) {
        this.isJson = isJson;
        this.out = out;
        this.clock = clock;
        this.debug = debug;
    }

    /** @param text up to the seconds */
    private record Second(long epoch, String text) {}

    /** From now on this thread says when its lines are written, by {@link #flush}. */
    public void heldBy(Thread thread) {
        holder = thread;
    }

    /** Writes what is held back. */
    public void flush() {
        synchronized (held) {
            if (!held.isEmpty()) {
                out.print(held);
                out.flush();
                held.setLength(0);
            }
        }
    }

    public void debug(String message) {
        if (debug) {
            line("debug", message);
        }
    }

    public void info(String message) {
        line("info", message);
    }

    public void warn(String message) {
        line("warn", message);
    }

    /** Says it at most once a minute for each cause: for failures that others can make happen at will. */
    public void warn(String cause, String message) {
        Instant now = clock.instant();
        synchronized (quietUntil) {
            Instant until = quietUntil.get(cause);
            boolean isAhead = until != null && until.isAfter(now.plus(QUIET)); // the clock was set back meanwhile
            if (until != null && now.isBefore(until) && !isAhead) {
                return;
            }
            quietUntil.put(cause, now.plus(QUIET));
        }
        warn(message);
    }

    public void error(String message, Throwable failure) {
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace, true));
        line("error", message + ": " + trace.toString().stripTrailing());
    }

    /** Text from outside may hold line breaks and control characters; a log line must not be forged. */
    private void line(String level, String message) {
        CharSequence line = isJson ? json(level, message) : text(level, message);
        synchronized (held) {
            held.append(line).append(System.lineSeparator());
            if (Thread.currentThread() != holder || !level.equals("info") || held.length() > MAX_HELD) {
                flush();
            }
        }
    }

    private StringBuilder text(String level, String message) {
        StringBuilder line = time(new StringBuilder(message.length() + 40))
                .append(' ')
                .append(level)
                .append(" ".repeat(6 - level.length()));
        for (int i = 0; i < message.length(); i++) {
            char c = message.charAt(i);
            line.append(isControl(c) && !(c == '\n' && level.equals("error")) ? ' ' : c);
        }
        return line;
    }

    private StringBuilder time(StringBuilder line) {
        Instant now = clock.instant();
        Second known = second;
        if (known.epoch() != now.getEpochSecond()) {
            String whole = Instant.ofEpochSecond(now.getEpochSecond()).toString();
            known = new Second(now.getEpochSecond(), whole.substring(0, whole.length() - 1));
            second = known;
        }
        int millis = now.getNano() / 1_000_000;
        line.append(known.text()).append(millis < 10 ? ".00" : millis < 100 ? ".0" : ".");
        return line.append(millis).append('Z');
    }

    private StringBuilder json(String level, String message) {
        StringBuilder line = time(new StringBuilder(message.length() + 80).append("{\"time\":\""))
                .append("\",\"level\":\"")
                .append(level)
                .append("\",\"message\":\"");
        for (int i = 0; i < message.length(); i++) {
            char c = message.charAt(i);
            if (c == '"' || c == '\\') {
                line.append('\\').append(c);
            } else if (isControl(c)) {
                line.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                line.append(c);
            }
        }
        return line.append("\"}");
    }

    private static boolean isControl(char c) {
        return c < 0x20 || c == 0x7f;
    }
}
