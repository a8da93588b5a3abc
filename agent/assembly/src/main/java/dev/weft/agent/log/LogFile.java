package dev.weft.agent.log;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A file that log lines are appended to. When it is full it becomes {@code <name>.1} and a new one
 * begins, so that two files of the limit's size are the most there is. The first failure switches it
 * off for good: a full disk must not cost the application anything.
 */
public final class LogFile {
    private static final long LIMIT = 1 << 20;

    private final Path path;
    private final long limit;
    private long size = -1;
    private boolean broken;

    public LogFile(Path path) {
        this(path, LIMIT);
    }

    LogFile(Path path, long limit) {
        this.path = path;
        this.limit = limit;
    }

    synchronized void write(LogLine line) {
        if (broken) {
            return;
        }
        byte[] bytes = (line.format() + System.lineSeparator()).getBytes(StandardCharsets.UTF_8);
        try {
            if (size < 0) {
                size = Files.exists(path) ? Files.size(path) : 0;
            }
            if (size + bytes.length > limit) {
                Files.move(path, path.resolveSibling(path.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
                size = 0;
            }
            Files.write(path, bytes, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            size += bytes.length;
        } catch (IOException | RuntimeException e) {
            // The line is still in memory, and there is nowhere else to say so without touching the application.
            broken = true;
        }
    }
}
