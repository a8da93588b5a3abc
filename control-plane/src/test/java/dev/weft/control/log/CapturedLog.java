package dev.weft.control.log;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;

/** A log that a test reads. */
public final class CapturedLog {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final Log log = new Log(new PrintStream(out, true, StandardCharsets.UTF_8), Clock.systemUTC(), false);

    public Log log() {
        return log;
    }

    public String text() {
        return out.toString(StandardCharsets.UTF_8);
    }
}
