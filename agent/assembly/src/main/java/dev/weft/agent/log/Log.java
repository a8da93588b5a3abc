package dev.weft.agent.log;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The agent's log: the newest lines in memory, where the admin endpoint shows them, and a bounded
 * file if one is configured. Never prints to the application's streams.
 */
public final class Log {
    private static final int KEPT = 500;
    private static final int CAUSES = 200;
    private static final long QUIET_MILLIS = 60_000;

    private volatile LogLevel threshold;
    private final @Nullable LogFile file;
    private final ArrayDeque<LogLine> lines = new ArrayDeque<>();
    private final Map<String, Repeats> causes = new LinkedHashMap<>();

    /** @param file what also gets each line; null for memory alone */
    public Log(LogLevel threshold, @Nullable LogFile file) {
        this.threshold = threshold;
        this.file = file;
    }

    /** How much it says. */
    public LogLevel level() {
        return threshold;
    }

    public void level(LogLevel level) {
        threshold = level;
    }

    public boolean shows(LogLevel level) {
        return level.ordinal() <= threshold.ordinal() && level != LogLevel.OFF;
    }

    /** Something that changed, or went wrong once. */
    public void say(LogLevel level, String what) {
        if (shows(level)) {
            add(System.currentTimeMillis(), level, what);
        }
    }

    /**
     * A failure that may repeat: logged at most once per cause and minute, with the number of those
     * left out.
     */
    public void failure(String cause, LogLevel level, String what) {
        if (!shows(level)) {
            return;
        }
        long now = System.currentTimeMillis();
        long left = countUnlessDue(cause, now);
        if (left >= 0) {
            add(now, level, left == 0 ? what : what + " (and " + left + " times more since the last line)");
        }
    }

    /** Number of lines left out since the last one, or -1 when this one is to be left out too. */
    private long countUnlessDue(String cause, long now) {
        synchronized (causes) {
            Repeats repeats = causes.get(cause);
            if (repeats == null) {
                if (causes.size() == CAUSES) {
                    var oldest = causes.keySet().iterator();
                    oldest.next();
                    oldest.remove();
                }
                causes.put(cause, new Repeats(now));
                return 0;
            }
            if (now - repeats.said < QUIET_MILLIS) {
                repeats.left++;
                return -1;
            }
            long left = repeats.left;
            repeats.said = now;
            repeats.left = 0;
            return left;
        }
    }

    private void add(long now, LogLevel level, String what) {
        LogLine line = new LogLine(now, level, what);
        synchronized (lines) {
            if (lines.size() == KEPT) {
                lines.removeFirst();
            }
            lines.addLast(line);
        }
        if (file != null) {
            file.write(line);
        }
    }

    /** The newest lines, oldest first. */
    public List<LogLine> lines() {
        synchronized (lines) {
            return new ArrayList<>(lines);
        }
    }

    private static final class Repeats {
        private long said;
        private long left;

        Repeats(long said) {
            this.said = said;
        }
    }
}
