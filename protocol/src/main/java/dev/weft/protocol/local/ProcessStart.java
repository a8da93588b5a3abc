package dev.weft.protocol.local;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When a process was started. Together with its number that tells it from all others: one that has ended leaves its
 * number to another, and so does a machine or a container that starts anew.
 *
 * <p>Linux tells it in a file (proc(5), {@code /proc/PID/stat}), where it can be read without
 * {@link ProcessHandle}, which would start a thread and cost an application's start some ten milliseconds.
 */
final class ProcessStart {
    private static final File KERNEL = new File("/proc/self/stat");
    /** Of the fields after the name: the third and the twenty-second of all. */
    private static final int STATE = 0;

    private static final int START = 19;

    private ProcessStart() {}

    /**
     * What is the same as long as this process lives, and another for each that gets its number later; empty when the
     * system does not tell, null when there is no such process.
     */
    static @Nullable String of(long pid) {
        if (pid <= 0) {
            return null;
        }
        return KERNEL.exists() ? byKernel(pid) : byHandle(pid);
    }

    private static @Nullable String byKernel(long pid) {
        String stat;
        try (FileInputStream in = new FileInputStream("/proc/" + pid + "/stat")) {
            stat = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return null; // gone, or another user's, of whom nothing here can be
        }
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", START + 2);
        if (fields.length <= START) {
            return ""; // told in another form
        }
        return fields[STATE].equals("Z") || fields[STATE].equals("X") ? null : fields[START];
    }

    private static @Nullable String byHandle(long pid) {
        ProcessHandle process = ProcessHandle.of(pid).orElse(null);
        if (process == null || !process.isAlive()) {
            return null;
        }
        return process.info().startInstant().map(Instant::toString).orElse("");
    }
}
