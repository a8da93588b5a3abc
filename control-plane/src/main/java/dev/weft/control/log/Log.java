package dev.weft.control.log;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Log lines: time, level, and what happened to what. */
public final class Log {
    private static final Duration QUIET = Duration.ofMinutes(1);
    private static final int MAX_CAUSES = 1_000;

    private final PrintStream out;
    private final Clock clock;
    private final boolean debug;
    private final boolean isJson;
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
            if (until != null && now.isBefore(until)) {
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
        if (isJson) {
            out.println(json(level, message));
            return;
        }
        StringBuilder line = new StringBuilder(message.length() + 40)
                .append(clock.instant().truncatedTo(ChronoUnit.MILLIS))
                .append(' ')
                .append(level)
                .append(" ".repeat(6 - level.length()));
        for (int i = 0; i < message.length(); i++) {
            char c = message.charAt(i);
            line.append(isControl(c) && !(c == '\n' && level.equals("error")) ? ' ' : c);
        }
        out.println(line);
    }

    private String json(String level, String message) {
        StringBuilder line = new StringBuilder(message.length() + 80)
                .append("{\"time\":\"")
                .append(clock.instant().truncatedTo(ChronoUnit.MILLIS))
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
        return line.append("\"}").toString();
    }

    private static boolean isControl(char c) {
        return c < 0x20 || c == 0x7f;
    }
}
